import type { Grammar } from "../scheme/scheme.ts";

/** Nothing of the delivery is under the signature. */
export const coversNothing: Pick<Grammar, "parseTemplate"> = {
  parseTemplate: () => [],
};
