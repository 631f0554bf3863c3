import type { Scheme, SignatureGroup } from "./scheme.ts";

/** No provider sends more; a header with thousands costs nothing. */
export const MAX_SIGNATURES = 16;

/** What is wrong with a header that has more. */
export const TOO_MANY: string = `it has more than ${MAX_SIGNATURES} signatures`;

const NO_PARTS: ReadonlyMap<string, string> = new Map();

/** Of 32 bytes, written down. */
const LENGTH = { hex: 64, base64: 44, base64url: 43 } as const;

/** The last character before the padding carries bits that must be 0: there is one way to write 32 bytes. */
const WELL_FORMED = {
  hex: /^[0-9a-f]+$/,
  base64: /^[A-Za-z0-9+/]+[AEIMQUYcgkosw048]=$/,
  base64url: /^[A-Za-z0-9_-]+[AEIMQUYcgkosw048]$/,
} as const;

/** Takes a signature header apart: its groups, or a text that says what is wrong with it. */
export function readSignatures(scheme: Scheme, header: string): SignatureGroup[] | string {
  return scheme.grammar.readHeader?.(scheme, header) ?? groupOf(scheme, [header]);
}

/** The signatures of a header that begin as they should and can be 32 bytes, or a text: what is wrong with them. */
export function groupOf(
  scheme: Scheme,
  values: readonly string[],
  parts: ReadonlyMap<string, string> = NO_PARTS,
): SignatureGroup[] | string {
  const { prefix = "", prefixOptional, encoding } = scheme.definition.signature;
  const { algorithm } = scheme.grammar;
  const length = LENGTH[encoding as "hex"];
  const candidates: string[] = [];
  let begun = false;
  for (const value of values) {
    const prefixed = value.startsWith(prefix);
    if (!prefixed && !prefixOptional) continue;
    begun = true;
    const candidate = prefixed ? value.slice(prefix.length) : value;
    if (algorithm?.fits(scheme, candidate) ?? candidate.length === length) {
      candidates.push(candidate);
    }
  }
  if (candidates.length > MAX_SIGNATURES) return TOO_MANY;
  if (candidates.length > 0) return [{ candidates, parts }];
  return begun
    ? `it is not ${algorithm?.formOf(scheme) ?? `${length} characters of ${encoding}`}`
    : `nothing in it begins with "${prefix}"`;
}

/** Whether a candidate is written as the scheme's signatures are; asked only once nothing matched, for the error. */
export function isWellFormed(scheme: Scheme, candidate: string): boolean {
  const { definition, grammar } = scheme;
  return (
    grammar.algorithm?.isWellFormed(scheme, candidate) ??
    WELL_FORMED[definition.signature.encoding as "hex"].test(candidate)
  );
}
