import { fromBase64, toBase64 } from "../base/bytes.ts";
import { anyOf } from "../algorithms/any-of.ts";
import { equalInConstantTime } from "../algorithms/equal-secrets.ts";
import type { Grammar } from "../scheme/scheme.ts";
import { coversNothing } from "./covers-nothing.ts";

/** Longer than any user and password, as base64. */
const MAX_LENGTH = 4096;

/** Deliveries with Basic credentials (RFC 7617), which cover nothing of them. */
export const basic: Pick<Grammar, "algorithm" | "parseTemplate"> = {
  ...coversNothing,
  algorithm: {
    misfit: (_, header) =>
      header.length <= MAX_LENGTH && credentialsOf(header) !== undefined
        ? undefined
        : '"Basic " and base64',
    matches: (_, { secret }, __, candidates) =>
      anyOf(candidates, (candidate) => {
        const given = credentialsOf(candidate);
        return given !== undefined && equalInConstantTime(secret, given);
      }),
    write: (_, { secret }) => `Basic ${toBase64(secret)}`,
  },
};

/** The name of the scheme is the same in any case (RFC 9110, section 11.1). */
function credentialsOf(header: string): Uint8Array | undefined {
  const [, base64] = /^basic +([^ ]+)$/i.exec(header) ?? [];
  return base64 === undefined ? undefined : fromBase64(base64);
}
