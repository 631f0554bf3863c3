import { firstOfEach } from "../first-of-each.ts";
import type { FloatStyle } from "./json-floats.ts";

/** A way to put white space. */
export interface Layout {
  readonly says: string;
  readonly indent: string;
  readonly afterItem: string;
  readonly colon: string;
  /** `[ 1, 2 ]` and `{ }`, as Jackson's pretty printer writes. */
  readonly spacedArrays?: boolean;
  /** Empty lists and objects take several lines, as in Ruby before json 2.8. */
  readonly tallEmpties?: boolean;
  readonly isRare?: boolean;
}

/** A way to write the characters of a string. */
export interface Escapes {
  readonly says: string;
  readonly pattern: RegExp;
  readonly write: (character: string) => string;
}

/** A way to write a document. */
export interface JsonStyle {
  readonly says: string;
  /** Undefined for the layout that the document has. */
  readonly layout: Layout | undefined;
  readonly escapes: Escapes;
  readonly isSorted?: boolean;
  /** The way to write numbers with a fraction or an exponent; default: as they were received. */
  readonly floats?: FloatStyle;
  /** Written behind the document. */
  readonly end?: string;
  /** Line ends are CRLF. */
  readonly isWindows?: boolean;
}

type LayoutName =
  | "compact"
  | "spaced"
  | "twoSpaces"
  | "fourSpaces"
  | "tabs"
  | "ruby"
  | "jackson"
  | "spacedColons"
  | "spacedItems"
  | "spacedBoth"
  | "oneSpace"
  | "threeSpaces"
  | "perl";

type EscapesName =
  | "none"
  | "ascii"
  | "php"
  | "slashes"
  | "html"
  | "gson"
  | "upper"
  | "dotNet"
  | "asciiButDel";

const layout = (says: string, indent: string, afterItem: string, colon: string): Layout => ({
  says,
  indent,
  afterItem,
  colon,
});
const rare = (...style: Parameters<typeof layout>): Layout => ({
  ...layout(...style),
  isRare: true,
});

/** The layouts of common serialisers. */
export const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  compact: layout("without white space", "", ",", ":"),
  spaced: layout('with ", " and ": " (as Python writes)', "", ", ", ": "),
  twoSpaces: layout("indented by 2 spaces", "  ", ",", ": "),
  fourSpaces: layout("indented by 4 spaces", "    ", ",", ": "),
  tabs: layout("indented by tabs", "\t", ",", ": "),
  ruby: {
    ...rare("indented as Ruby's JSON.pretty_generate does", "  ", ",", ": "),
    tallEmpties: true,
  },
  jackson: { ...rare("indented as Jackson does", "  ", ",", " : "), spacedArrays: true },
  spacedColons: rare('with ","  and ": "', "", ",", ": "),
  spacedItems: rare('with ", " and ":"', "", ", ", ":"),
  spacedBoth: rare('with ", " and " : "', "", ", ", " : "),
  oneSpace: rare("indented by a space", " ", ",", ": "),
  threeSpaces: rare("indented by 3 spaces", "   ", ",", ": "),
  perl: rare("indented as Perl does", "   ", ",", " : "),
};

const lower = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const upper = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
const slash = (character: string): string => (character === "/" ? "\\/" : lower(character));

/** The characters that serialisers escape beyond what JSON itself wants escaped. `[^\0-~]` includes DEL, as Python and .NET have it. */
export const ESCAPES: Readonly<Record<EscapesName, Escapes>> = {
  none: { says: "", pattern: /(?!)/g, write: lower },
  ascii: { says: "non-ASCII characters as \\uxxxx", pattern: /[^\0-~]/g, write: lower },
  php: {
    says: "non-ASCII characters as \\uxxxx and / as \\/",
    pattern: /[^\0-\x7f]|\//g,
    write: slash,
  },
  slashes: { says: "/ as \\/", pattern: /[/\u2028\u2029]/g, write: slash },
  html: { says: "<, > and & as \\uxxxx", pattern: /[<>&\u2028\u2029]/g, write: lower },
  gson: { says: "as Gson escapes", pattern: /[<>&='\u2028\u2029]/g, write: lower },
  upper: { says: "non-ASCII characters as \\uXXXX", pattern: /[^\0-~]/g, write: upper },
  dotNet: { says: "as .NET escapes", pattern: /[^\0-~]|[<>&'"+`]/g, write: upper },
  asciiButDel: {
    says: "non-ASCII characters as \\uxxxx but for DEL",
    pattern: /[^\0-\x7f]/g,
    write: lower,
  },
};

const SPECIAL = /["\\]|[^ -~]|[/<>&='+`]/;

/** Writes a string as JSON with these escapes. */
function writeString(text: string, { pattern, write }: Escapes): string {
  // A quote inside is written `\"` by then; .NET has its own form for it.
  const isQuoteEscaped = pattern.source.includes('"');
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, (escape) => (isQuoteEscaped ? write('"') : escape));
  return `"${inner.replace(pattern, (it) => (it === '"' ? it : write(it)))}"`;
}

/** Writes the strings of a document as JSON with these escapes; most need none. */
export function writtenStrings(strings: readonly string[], escapes: Escapes): readonly string[] {
  return strings.map((text) => (SPECIAL.test(text) ? writeString(text, escapes) : `"${text}"`));
}

/** Returns the escapes that write the strings in different ways; the first is none at all. */
export function differentEscapes(strings: readonly string[]): readonly Escapes[] {
  const characters = new Set<string>();
  for (const text of strings) {
    for (const character of text.match(/[^ -~]|["/<>&='+`]/g) ?? []) characters.add(character);
  }
  const sample = [...characters].join("");
  return firstOfEach(Object.values(ESCAPES), (escapes) => writeString(sample, escapes));
}
