import type { Grammar, Scheme, SignatureGroup } from "../scheme/scheme.ts";
import { groupOf, MAX_SIGNATURES, TOO_MANY } from "../scheme/signature-header.ts";
import { readGroups } from "./read-groups.ts";
import { isInsideSignatures } from "./signature-alphabet.ts";

/** Signature headers whose parts are known by their place. */
export const positions: Pick<Grammar, "readHeader"> = {
  readHeader: (scheme, header) =>
    readGroups(scheme, header, scheme.definition.signature.positions?.groups, readGroup),
};

function readGroup(scheme: Scheme, text: string): SignatureGroup[] | string {
  const { positions: layout, encoding } = scheme.definition.signature;
  const { separator = ",", names = [] } = layout ?? {};
  const signatures: string[] = [];
  const parts = new Map<string, string>();
  // Nothing is left out here: an empty value still has its position.
  const values = text.split(separator, 4 * MAX_SIGNATURES).map((value) => value.trim());
  if (isInsideSignatures(separator, encoding)) {
    values.push(values.splice(names.length - 1).join(separator));
  }
  if (values.length > 2 * MAX_SIGNATURES) return TOO_MANY;
  for (const [index, value] of values.entries()) {
    const name = names[Math.min(index, names.length - 1)] ?? "";
    if (name === "signature") signatures.push(value);
    else if (parts.has(name)) return `it has more parts than ${names.join(separator)}`;
    else parts.set(name, value);
  }
  if (signatures.length === 0) return `it has fewer parts than ${names.join(separator)}`;
  return groupOf(scheme, signatures, parts);
}
