import type { Grammar, Scheme, SignatureGroup } from "../scheme/scheme.ts";
import { groupOf, MAX_SIGNATURES, TOO_MANY } from "../scheme/signature-header.ts";
import { readGroups } from "./read-groups.ts";
import { split } from "./split.ts";

/** Signature headers of named parts: `t=…,v1=…`. */
export const pairs: Pick<Grammar, "readHeader"> = {
  readHeader: (scheme, header) =>
    readGroups(scheme, header, scheme.definition.signature.pairs?.groups, readGroup),
};

function readGroup(scheme: Scheme, text: string): SignatureGroup[] | string {
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
    if (signatures.length + parts.size > 2 * MAX_SIGNATURES) return TOO_MANY;
  }
  if (signatures.length === 0) return `it has no part "${signature}="`;
  return groupOf(scheme, signatures, parts);
}

/** Nothing has verified what stands here: no control character of it may reach a log. */
function shown(name: string): string {
  return name.slice(0, 20).replaceAll(/[^ -~]/g, "?");
}
