import type { Candidate } from "../hmac/backend.ts";
import type { Scheme, SignatureGroup } from "./scheme.ts";

/** No provider sends more; a header with thousands costs nothing. */
export const MAX_SIGNATURES = 16;

/** The problem of a header that has more. */
export const TOO_MANY: string = `it has more than ${MAX_SIGNATURES} signatures`;

const NO_PARTS: ReadonlyMap<string, string> = new Map();

/** Of 32 bytes, written down. */
const LENGTH = { hex: 64, base64: 44, base64url: 43 } as const;

/** The last character before the padding carries bits that must be 0: there is one way to write 32 bytes. */
const WELL_FORMED = {
  hex: /^[\da-f]+$/,
  base64: /^[A-Za-z\d+/]+[AEIMQUYcgkosw048]=$/,
  base64url: /^[\w-]+[AEIMQUYcgkosw048]$/,
} as const;

/** Stretches of a text: where each starts and ends, one after the other. */
export type Spans = number[];

/** Takes a signature header apart: its groups, or a text that says what is wrong with it. */
export function readSignatures(scheme: Scheme, header: string): SignatureGroup[] | string {
  return scheme.grammar.readHeader?.(scheme, header) ?? groupOf(scheme, header, [0, header.length]);
}

/** The signatures of a header that begin as they should and can be 32 bytes, or a text: what is wrong with them. */
export function groupOf(
  scheme: Scheme,
  text: string,
  spans: Spans,
  parts: ReadonlyMap<string, string> = NO_PARTS,
): SignatureGroup[] | string {
  const { prefix, definition, grammar } = scheme;
  const misfitOf = grammar.algorithm?.misfit;
  const candidates: Candidate[] = [];
  let problem: string | undefined;
  for (let i = 1; i < spans.length; i += 2) {
    let start = spans[i - 1] ?? 0;
    const end = spans[i] ?? 0;
    if (text.startsWith(prefix, start)) start += prefix.length;
    else if (!definition.signature.prefixOptional) continue;
    const wanted = misfitOf
      ? misfitOf(scheme, text.slice(start, end))
      : misfit(scheme, end - start);
    if (wanted === undefined) candidates.push({ text, start, end });
    else problem = `it is not ${wanted}`;
  }
  if (candidates.length > MAX_SIGNATURES) return TOO_MANY;
  return candidates.length > 0
    ? [{ candidates, parts }]
    : (problem ?? `nothing in it begins with "${prefix}"`);
}

/** The candidate, cut out. */
export function textOf({ text, start, end }: Candidate): string {
  return text.slice(start, end);
}

function misfit({ definition }: Scheme, length: number): string | undefined {
  const encoding = definition.signature.encoding as keyof typeof LENGTH;
  return length === LENGTH[encoding] ? undefined : `${LENGTH[encoding]} characters of ${encoding}`;
}

/** Tells whether a candidate is 32 bytes in the scheme's encoding. Asked only after nothing matched, for the error. */
export function isWellFormed({ definition, grammar }: Scheme, candidate: Candidate): boolean {
  return (
    grammar.algorithm !== undefined ||
    WELL_FORMED[definition.signature.encoding as "hex"].test(textOf(candidate))
  );
}
