import type { Candidates } from "../hmac/backend.ts";
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

/**
 * The signatures of a header that begin as they should and can be 32 bytes, or a text: what is wrong with them.
 *
 * @param spans stretches of `text`; those of signatures are kept, and moved to the front
 */
export function groupOf(
  scheme: Scheme,
  text: string,
  spans: Spans,
  parts: ReadonlyMap<string, string> = NO_PARTS,
): SignatureGroup[] | string {
  const { prefix, definition, grammar } = scheme;
  const misfitOf = grammar.algorithm?.misfit;
  let kept = 0;
  let problem: string | undefined;
  for (let i = 1; i < spans.length; i += 2) {
    let start = spans[i - 1] ?? 0;
    const end = spans[i] ?? 0;
    if (text.startsWith(prefix, start)) start += prefix.length;
    else if (!definition.signature.prefixOptional) continue;
    const wanted = misfitOf
      ? misfitOf(scheme, text.slice(start, end))
      : misfit(scheme, end - start);
    if (wanted === undefined) {
      spans[kept++] = start;
      spans[kept++] = end;
    } else problem = `it is not ${wanted}`;
  }
  if (kept > 2 * MAX_SIGNATURES) return TOO_MANY;
  // Asked first: setting a length, even the same, costs more than all that is above.
  if (kept < spans.length) spans.length = kept;
  return kept > 0 ? [{ text, spans, parts }] : (problem ?? `nothing in it begins with "${prefix}"`);
}

/** The candidates, cut out. */
export function textsOf({ text, spans }: Candidates): string[] {
  const texts: string[] = [];
  for (let i = 1; i < spans.length; i += 2) texts.push(text.slice(spans[i - 1], spans[i]));
  return texts;
}

function misfit({ encoding }: Scheme, length: number): string | undefined {
  const wanted = LENGTH[encoding as keyof typeof LENGTH];
  return length === wanted ? undefined : `${wanted} characters of ${encoding}`;
}

/** Tells whether a candidate is 32 bytes in the scheme's encoding. Asked only after nothing matched, for the error. */
export function hasWellFormed({ encoding, grammar }: Scheme, candidates: Candidates): boolean {
  const form = WELL_FORMED[encoding as "hex"];
  return grammar.algorithm !== undefined || textsOf(candidates).some((text) => form.test(text));
}
