import type { Awaitable } from "../base/awaitable.ts";
import type { Part } from "../hmac/backend.ts";
import type { Signed } from "./scheme.ts";

/** What the provider signed, were this delivery genuine; undefined where something that is signed is not there. */
export function contentOf(signed: Signed): Awaitable<Part[] | undefined> {
  const { grammar } = signed.scheme;
  return grammar.contentOf === undefined ? [signed.body] : grammar.contentOf(signed);
}
