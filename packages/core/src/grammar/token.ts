import { utf8 } from "../base/bytes.ts";
import { anyOf } from "../algorithms/any-of.ts";
import { equalInConstantTime } from "../algorithms/equal-secrets.ts";
import type { Grammar } from "../scheme/scheme.ts";
import { coversNothing } from "./covers-nothing.ts";

/** Longer than any provider's token. */
const MAX_LENGTH = 4096;

/** Deliveries that carry the secret itself. It covers nothing of them: whoever knows it can send anything. */
export const token: Pick<Grammar, "algorithm" | "parseTemplate"> = {
  ...coversNothing,
  algorithm: {
    misfit: (_, { length }) =>
      length > 0 && length <= MAX_LENGTH ? undefined : `1 to ${MAX_LENGTH} characters`,
    matches: (_, { secret }, __, candidates) =>
      anyOf(candidates, (candidate) => equalInConstantTime(secret, utf8(candidate))),
    write: (_, { secret }) => new TextDecoder().decode(secret),
  },
};
