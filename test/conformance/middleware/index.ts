import { signatureCases } from "./signature.ts";
import { urlCases } from "./url.ts";
import { bodyCases } from "./body.ts";
import { frontCases } from "./in-front.ts";
import { hostCases } from "./host.ts";
import { answerCases } from "./handler.ts";
import { termsCases } from "./answer-terms.ts";
import { lateFailureCases } from "./late-failure.ts";
import { onceCases } from "./once.ts";
import { severalCases } from "./several.ts";
import { connectionCases } from "./connection.ts";
import { recordCases } from "./records.ts";
import type { MiddlewareCase } from "./kit.ts";

/** The cases of the matrix, in its order. */
export const middlewareCases: readonly MiddlewareCase[] = [
  ...signatureCases,
  ...severalCases,
  ...urlCases,
  ...bodyCases,
  ...frontCases,
  ...hostCases,
  ...answerCases,
  ...termsCases,
  ...lateFailureCases,
  ...onceCases,
  ...connectionCases,
  ...recordCases,
];
