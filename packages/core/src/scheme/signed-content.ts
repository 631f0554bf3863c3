import type { Awaitable } from "../base/awaitable.ts";
import type { Part } from "../hmac/backend.ts";
import type { Segment, Signed } from "./scheme.ts";

/** Puts together the content that the provider signed if this delivery is genuine; undefined where a signed part is missing. */
export function contentOf(signed: Signed): Awaitable<Part[] | undefined> {
  const { grammar } = signed.scheme;
  return grammar.contentOf === undefined ? [signed.body] : grammar.contentOf(signed);
}

/**
 * Finds the first segment of the template that the delivery lacks; undefined where nothing is missing, or where a function puts the
 * signed content together.
 */
export async function missingContent(signed: Signed): Promise<Segment | undefined> {
  const { scheme } = signed;
  if (scheme.definition.signature.signedContent !== undefined) return undefined;
  for (const segment of scheme.segments) {
    // oxlint-disable-next-line no-await-in-loop -- nothing is awaited but a digest
    const content = await contentOf({ ...signed, scheme: { ...scheme, segments: [segment] } });
    if (content === undefined) return segment;
  }
  return undefined;
}
