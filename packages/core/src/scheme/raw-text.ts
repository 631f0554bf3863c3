import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import type { RawSource, SignatureGroup } from "./scheme.ts";

/** The text of a header or of a part of the signature header, as it was sent. */
export function rawText(
  { kind, name }: RawSource,
  headers: HeadersLike,
  { parts }: Pick<SignatureGroup, "parts">,
): string | undefined {
  return kind === "header" ? headerOf(headers, name) : parts.get(name);
}
