import type { Grammar, Scheme, SignatureGroup } from "../scheme/scheme.ts";
import { groupOf, MAX_SIGNATURES, TOO_MANY } from "../scheme/signature-header.ts";
import { readGroups } from "./read-groups.ts";
import { cut, split } from "./split.ts";

/** Signature headers of named parts: `t=…,v1=…`. */
export const pairs: Pick<Grammar, "readHeader"> = {
  readHeader: (scheme, header) =>
    readGroups(scheme, header, scheme.definition.signature.pairs?.groups, readGroup),
};

function readGroup(
  scheme: Scheme,
  text: string,
  from: number,
  to: number,
): SignatureGroup[] | string {
  const { separator = ",", signature = "" } = scheme.definition.signature.pairs ?? {};
  const spans = split(text, separator, from, to);
  const parts = new Map<string, string>();
  let kept = 0;
  for (let i = 1; i < spans.length; i += 2) {
    const start = spans[i - 1] ?? 0;
    const end = spans[i] ?? 0;
    const at = text.indexOf("=", start);
    if (at < 0 || at >= end) continue;
    const name = text.slice(start, at);
    if (name === signature) {
      spans[kept++] = at + 1;
      spans[kept++] = end;
    } else if (parts.has(name)) return `it has the part "${shown(name)}" twice`;
    else parts.set(name, text.slice(at + 1, end));
    if (kept / 2 + parts.size > 2 * MAX_SIGNATURES) return TOO_MANY;
  }
  if (kept === 0) return `it has no part "${signature}="`;
  return groupOf(scheme, text, cut(spans, kept), parts);
}

/** Nothing has verified what stands here: no control character of it may reach a log. */
function shown(name: string): string {
  return name.slice(0, 20).replaceAll(/[^ -~]/g, "?");
}
