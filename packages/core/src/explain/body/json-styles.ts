import { firstOfEach } from "../first-of-each.ts";
import type { JsonDocument, JsonNode } from "./json-tree.ts";

/** How white space is put. */
export interface Layout {
  readonly says: string;
  readonly indent: string;
  readonly afterItem: string;
  readonly colon: string;
  /** `[ 1, 2 ]` and `{ }`, as Jackson's pretty printer writes. */
  readonly spacedArrays?: boolean;
}

/** How the characters of a string are written. */
export interface Escapes {
  readonly says: string;
  readonly pattern: RegExp;
  readonly write: (character: string) => string;
  /** Whether those who write CRLF write so. */
  readonly onWindows?: boolean;
}

/** In which order an object's keys come. */
export type KeyOrder = (
  entries: readonly (readonly [string, JsonNode])[],
) => readonly (readonly [string, JsonNode])[];

/** The layouts of common serialisers, the likeliest first. */
export const LAYOUTS: readonly Layout[] = [
  { says: "without white space", indent: "", afterItem: ",", colon: ":" },
  { says: 'with ", " and ": " (as Python writes)', indent: "", afterItem: ", ", colon: ": " },
  { says: "indented by 2 spaces", indent: "  ", afterItem: ",", colon: ": " },
  { says: "indented by 4 spaces", indent: "    ", afterItem: ",", colon: ": " },
  { says: "indented by tabs", indent: "\t", afterItem: ",", colon: ": " },
  {
    says: "indented as Jackson does",
    indent: "  ",
    afterItem: ",",
    colon: " : ",
    spacedArrays: true,
  },
  { says: 'with ","  and ": "', indent: "", afterItem: ",", colon: ": " },
  { says: 'with ", " and ":"', indent: "", afterItem: ", ", colon: ":" },
  { says: 'with ", " and " : "', indent: "", afterItem: ", ", colon: " : " },
  { says: "indented by a space", indent: " ", afterItem: ",", colon: ": " },
  { says: "indented by 3 spaces", indent: "   ", afterItem: ",", colon: ": " },
  { says: "indented as Perl does", indent: "   ", afterItem: ",", colon: " : " },
];

const lower = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const upper = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
const slash = (character: string): string => (character === "/" ? "\\/" : lower(character));

/** Beyond what JSON itself wants escaped. `[^\0-~]` includes DEL, as Python and .NET have it. */
export const ESCAPES: readonly Escapes[] = [
  { says: "", pattern: /(?!)/g, write: lower, onWindows: true },
  { says: "non-ASCII characters as \\uxxxx", pattern: /[^\0-~]/g, write: lower },
  { says: "non-ASCII characters as \\uxxxx and / as \\/", pattern: /[^\0-\x7f]|\//g, write: slash },
  { says: "/ as \\/", pattern: /\//g, write: slash },
  { says: "<, > and & as \\uxxxx", pattern: /[<>&\u2028\u2029]/g, write: lower },
  { says: "as Gson escapes", pattern: /[<>&='\u2028\u2029]/g, write: lower },
  { says: "non-ASCII characters as \\uXXXX", pattern: /[^\0-~]/g, write: upper },
  { says: "as .NET escapes", pattern: /[^\0-~]|[<>&'"+`]/g, write: upper, onWindows: true },
  { says: "non-ASCII characters as \\uxxxx but for DEL", pattern: /[^\0-\x7f]/g, write: lower },
];

/** A string as JSON with these escapes. */
export function writeString(text: string, { pattern, write }: Escapes): string {
  if (!/["\\]|[^ -~]|[/<>&='+`]/.test(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  // A quote inside is written `\"` by then; .NET has its own form for it.
  const inner = json
    .slice(1, -1)
    .replace(/\\(?:u[\da-f]{4}|.)/g, (escape) =>
      escape === '\\"' && matches(pattern, '"') ? write('"') : escape,
    );
  let written = "";
  let end = 0;
  for (const match of inner.matchAll(pattern)) {
    if (match[0] === '"') continue;
    written += inner.slice(end, match.index) + write(match[0]);
    end = match.index + match[0].length;
  }
  return `"${written}${inner.slice(end)}"`;
}

function matches(pattern: RegExp, character: string): boolean {
  return new RegExp(pattern.source).test(character);
}

/** The escapes that write a document's text in different ways; the first is none at all. */
export function differentEscapes(json: string): readonly Escapes[] {
  const characters = new Set(json.match(/\\"|[^\0-~]|[/<>&='+`]/g));
  const sample = [...characters].join("").replace('\\"', '"');
  return firstOfEach(ESCAPES, (one) => writeString(sample, one));
}

/** A document anew, in one style. */
export function writeJson(
  { root }: JsonDocument,
  layout: Layout,
  escapes: Escapes,
  order: KeyOrder,
  writeNumber: (index: number) => string,
): string {
  const { indent, afterItem, colon, spacedArrays = false } = layout;
  return write(root, "\n");

  function write(node: JsonNode, newline: string): string {
    switch (node.kind) {
      case "string":
        return writeString(node.text, escapes);
      case "word":
        return node.raw;
      case "number":
        return writeNumber(node.index);
      case "array": {
        if (spacedArrays) {
          const items = node.items.map((item) => write(item, newline));
          return items.length === 0 ? "[ ]" : `[ ${items.join(", ")} ]`;
        }
        const deeper = newline + indent;
        return enclosed(
          "[",
          node.items.map((item) => write(item, deeper)),
          "]",
          newline,
          deeper,
        );
      }
      case "object": {
        const deeper = newline + indent;
        const entries = order(node.entries).map(
          ([key, value]) => writeString(key, escapes) + colon + write(value, deeper),
        );
        if (spacedArrays && entries.length === 0) return "{ }";
        return enclosed("{", entries, "}", newline, deeper);
      }
    }
  }

  function enclosed(
    open: string,
    items: readonly string[],
    close: string,
    newline: string,
    deeper: string,
  ): string {
    if (items.length === 0) return open + close;
    if (indent === "") return open + items.join(afterItem) + close;
    return open + deeper + items.join(afterItem + deeper) + newline + close;
  }
}
