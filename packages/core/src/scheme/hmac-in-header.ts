import type { Scheme } from "./scheme.ts";

/** Tells whether signatures are HMAC-SHA256 in a header: then secrets are plain text or bytes, never keys in PEM or JSON. */
export function isHmacSha256InHeader({ grammar }: Scheme): boolean {
  return !(grammar.algorithm || grammar.signaturesIn || grammar.authenticate);
}
