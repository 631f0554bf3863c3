import { isInsideSignatures, type Scheme } from "./scheme.ts";

/** Signatures of one header that go with one set of parts. */
export interface SignatureGroup {
  /** What may be the signature, without its prefix; at least one. */
  readonly candidates: readonly string[];
  readonly parts: ReadonlyMap<string, string>;
}

/** No provider sends more; a header with thousands costs nothing. */
const MAX_SIGNATURES = 16;

const NO_PARTS: ReadonlyMap<string, string> = new Map();

const WELL_FORMED = {
  hex: /^[0-9a-f]{64}$/,
  base64: /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
  base64url: /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/,
} as const;

/** Whether a candidate is 32 bytes in the scheme's encoding; asked only once nothing matched, for the error. */
export function isWellFormed(scheme: Scheme, candidate: string): boolean {
  return WELL_FORMED[scheme.definition.signature.encoding].test(candidate);
}

/**
 * Takes a signature header apart.
 *
 * @returns the groups, each with candidates of the right length, or a text: what is wrong with the header
 */
export function readSignatures(scheme: Scheme, header: string): SignatureGroup[] | string {
  const { list, pairs, positions, scheme: start = "" } = scheme.definition.signature;
  if (pairs === undefined && positions === undefined) {
    return grouped(scheme, list === undefined ? [header] : splitList(header, list), NO_PARTS);
  }
  if (!header.startsWith(start)) return `it does not begin with "${start}"`;
  const rest = header.slice(start.length);
  const texts = pairs?.groups === undefined ? [rest] : split(rest, pairs.groups);
  if (texts.length > MAX_SIGNATURES) return tooMany();
  const groups: SignatureGroup[] = [];
  let problem = "";
  for (const text of texts) {
    const read = positions === undefined ? readPairs(scheme, text) : readPositions(scheme, text);
    if (typeof read === "string") problem ||= read;
    else groups.push(...read);
  }
  return groups.length > 0 ? groups : problem;
}

function readPairs(scheme: Scheme, text: string): SignatureGroup[] | string {
  const { separator = ",", signature = "" } = scheme.definition.signature.pairs ?? {};
  const signatures: string[] = [];
  const parts = new Map<string, string>();
  for (const item of split(text, separator)) {
    const at = item.indexOf("=");
    if (at < 0) continue;
    const name = item.slice(0, at);
    const value = item.slice(at + 1);
    if (name === signature) signatures.push(value);
    else if (parts.has(name)) return `it has the part "${shown(name)}" twice`;
    else parts.set(name, value);
    if (signatures.length + parts.size > 2 * MAX_SIGNATURES) return tooMany();
  }
  if (signatures.length === 0) return `it has no part "${signature}="`;
  return grouped(scheme, signatures, parts);
}

function readPositions(scheme: Scheme, text: string): SignatureGroup[] | string {
  const { separator = ",", names = [] } = scheme.definition.signature.positions ?? {};
  const signatures: string[] = [];
  const parts = new Map<string, string>();
  // Nothing is left out here: an empty value still has its position.
  const values = text.split(separator, 4 * MAX_SIGNATURES).map((value) => value.trim());
  if (isInsideSignatures(separator, scheme.definition.signature.encoding)) {
    values.push(values.splice(names.length - 1).join(separator));
  }
  for (const [index, value] of values.entries()) {
    if (index > 2 * MAX_SIGNATURES) return tooMany();
    const name = names[Math.min(index, names.length - 1)] ?? "";
    if (name === "signature") signatures.push(value);
    else if (parts.has(name)) return `it has more parts than ${names.join(separator)}`;
    else parts.set(name, value);
  }
  if (signatures.length === 0) return `it has fewer parts than ${names.join(separator)}`;
  return grouped(scheme, signatures, parts);
}

function grouped(
  scheme: Scheme,
  values: readonly string[],
  parts: ReadonlyMap<string, string>,
): SignatureGroup[] | string {
  const { prefix = "", prefixOptional = false, encoding } = scheme.definition.signature;
  const candidates: string[] = [];
  let withPrefix = false;
  for (const value of values) {
    const prefixed = value.startsWith(prefix);
    if (!prefixed && !prefixOptional) continue;
    withPrefix = true;
    const candidate = prefixed ? value.slice(prefix.length) : value;
    if (candidate.length === scheme.signatureLength) candidates.push(candidate);
  }
  if (candidates.length > MAX_SIGNATURES) return tooMany();
  if (candidates.length > 0) return [{ candidates, parts }];
  return withPrefix
    ? `it is not ${scheme.signatureLength} characters of ${encoding}`
    : `nothing in it begins with "${prefix}"`;
}

/** Splits as providers do: white space around a part is nobody's, an empty part is nothing. */
function split(text: string, separator: string): string[] {
  if (!text.includes(separator)) return text === "" ? [] : [text.trim()];
  // A hostile header must not make thousands of strings: one more than is ever accepted is enough to be refused.
  return text
    .split(separator, 4 * MAX_SIGNATURES)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** A header that came several times is joined with commas, whatever parts its values. */
function splitList(header: string, separator: string): string[] {
  return split(header, separator).map((item) => item.replace(/,$/, ""));
}

function tooMany(): string {
  return `it has more than ${MAX_SIGNATURES} signatures`;
}

function shown(name: string): string {
  return name.slice(0, 20);
}
