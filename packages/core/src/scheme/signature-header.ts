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
  hex: /^[\da-f]+$/,
  base64: /^[A-Za-z\d+/]+[AEIMQUYcgkosw048]=$/,
  base64url: /^[\w-]+[AEIMQUYcgkosw048]$/,
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
  const { prefix = "", prefixOptional } = scheme.definition.signature;
  const misfitOf = scheme.grammar.algorithm?.misfit ?? misfit;
  const candidates: string[] = [];
  let problem = `nothing in it begins with "${prefix}"`;
  for (const value of values) {
    const prefixed = value.startsWith(prefix);
    if (!prefixed && !prefixOptional) continue;
    const candidate = prefixed ? value.slice(prefix.length) : value;
    const wanted = misfitOf(scheme, candidate);
    if (wanted === undefined) candidates.push(candidate);
    else problem = `it is not ${wanted}`;
  }
  if (candidates.length > MAX_SIGNATURES) return TOO_MANY;
  return candidates.length > 0 ? [{ candidates, parts }] : problem;
}

function misfit({ definition }: Scheme, { length }: string): string | undefined {
  const encoding = definition.signature.encoding as keyof typeof LENGTH;
  return length === LENGTH[encoding] ? undefined : `${LENGTH[encoding]} characters of ${encoding}`;
}

/** Whether a candidate is 32 bytes in the scheme's encoding; asked only once nothing matched, for the error. */
export function isWellFormed({ definition, grammar }: Scheme, candidate: string): boolean {
  return (
    grammar.algorithm !== undefined ||
    WELL_FORMED[definition.signature.encoding as "hex"].test(candidate)
  );
}
