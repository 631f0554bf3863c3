import type { Awaitable } from "../base/awaitable.ts";
import type { Part } from "../hmac/backend.ts";
import type { Segment, Signed } from "./scheme.ts";

/** What the provider signed, were this delivery genuine; undefined where something that is signed is not there. */
export function contentOf(signed: Signed): Awaitable<Part[] | undefined> {
  const { grammar } = signed.scheme;
  return grammar.contentOf === undefined ? [signed.body] : grammar.contentOf(signed);
}

/**
 * What is signed and not there: the first such stretch of the template; undefined where everything is there, or where a function puts the
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
