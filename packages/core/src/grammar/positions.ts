import type { Grammar, Scheme, SignatureGroup } from "../scheme/scheme.ts";
import { groupOf, MAX_SIGNATURES, TOO_MANY } from "../scheme/signature-header.ts";
import { readGroups } from "./read-groups.ts";
import { isInsideSignatures } from "./signature-alphabet.ts";
import { split } from "./split.ts";

/** Signature headers whose parts are known by their place. */
export const positions: Pick<Grammar, "readHeader"> = {
  readHeader: (scheme, header) =>
    readGroups(scheme, header, scheme.definition.signature.positions?.groups, readGroup),
};

function readGroup(
  scheme: Scheme,
  text: string,
  from: number,
  to: number,
): SignatureGroup[] | string {
  const { positions: layout, encoding } = scheme.definition.signature;
  const { separator = ",", names = [] } = layout ?? {};
  const last = names.length - 1;
  // Nothing is left out here: an empty value still has its position.
  const spans = split(text, separator, from, to, true);
  if (isInsideSignatures(separator, encoding) && spans.length > 2 * names.length) {
    // The separators behind the last name are the signature's own.
    spans.splice(2 * last + 1, spans.length, spans.at(-1) ?? to);
  }
  if (spans.length > 4 * MAX_SIGNATURES) return TOO_MANY;
  const signatures: number[] = [];
  const parts = new Map<string, string>();
  for (let i = 1; i < spans.length; i += 2) {
    const start = spans[i - 1] ?? 0;
    const end = spans[i] ?? 0;
    const name = names[Math.min((i - 1) / 2, last)] ?? "";
    if (name === "signature") signatures.push(start, end);
    else if (parts.has(name)) return `it has more parts than ${names.join(separator)}`;
    else parts.set(name, text.slice(start, end));
  }
  if (signatures.length === 0) return `it has fewer parts than ${names.join(separator)}`;
  return groupOf(scheme, text, signatures, parts);
}
