import { utf8 } from "../base/bytes.ts";
import type { DigestText } from "../hmac/backend.ts";
import { isSame } from "../scheme/compile.ts";
import { parsePointer } from "../base/json-pointer.ts";
import type { Scheme, Segment } from "../scheme/scheme.ts";

/** Matches the tokens of a template. A lone brace is a token of its own, so that nothing is skipped. */
export const TOKENS: RegExp = /\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g;

const PLACEHOLDER =
  /^\{(?:(body|id|timestamp|method|url|path|query)|bodySha256\.(hex|base64)|header:(.+)|sig\.(.+)|json:(.+))\}$/s;

/** Reads a placeholder such as `{timestamp}`; returns undefined for any other token. */
export function placeholderOf(token: string): Segment | undefined {
  const [, fact, digest, header, part, json] = PLACEHOLDER.exec(token) ?? [];
  if (fact !== undefined) return { kind: fact as "body" };
  if (digest !== undefined) return { kind: "bodyDigest", text: digest as DigestText };
  if (header !== undefined) return { kind: "header", name: header.toLowerCase() };
  if (part !== undefined) return { kind: "part", name: part };
  const pointer = json === undefined ? undefined : parsePointer(json);
  return pointer && { kind: "json", pointer, text: `${json}` };
}

/** As bytes, one a character: the form in which segments are put together. `{{` and `}}` stand for braces themselves. */
export function literalOf(token: string): Segment {
  const text = /^[{}]/.test(token) ? token.slice(1) : token;
  return { kind: "literal", text: String.fromCharCode(...utf8(text)) };
}

/** A token that a segment may have been written as. */
export function tokenOf(
  segment: Segment,
  { id, timestamp }: Pick<Scheme, "id" | "timestamp">,
): string {
  if (isSame(segment, id)) return "{id}";
  if (isSame(segment, timestamp)) return "{timestamp}";
  switch (segment.kind) {
    case "literal":
      return segment.text;
    case "header":
      return `{header:${segment.name}}`;
    case "part":
      return `{sig.${segment.name}}`;
    case "bodyDigest":
      return `{bodySha256.${segment.text}}`;
    case "json":
      return `{json:${segment.text}}`;
    default:
      return `{${segment.kind}}`;
  }
}
