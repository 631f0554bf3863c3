export { explain, type ExplainExtras, type ExplainOptions, type Explanation } from "./explain.ts";
export { explainTo, type ExplainToOptions, type ExplanationLog } from "./explain-to.ts";
export type { Finding, FindingCode } from "./finding.ts";
