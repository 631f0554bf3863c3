import { FLOATS, type FloatStyle } from "./json-floats.ts";

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
  /** Default: LF. */
  readonly newline?: "\r\n";
  readonly isRare?: boolean;
}

/** A way to write the characters of strings, beyond what JSON itself wants escaped. */
export interface Escapes {
  readonly says: string;
  readonly pattern: RegExp;
  readonly write: (match: string) => string;
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
  /** Written behind the document; of several each is tried. Default: nothing. */
  readonly ends?: readonly string[];
}

const laidOut = (says: string, indent: string, afterItem: string, colon: string): Layout => ({
  says,
  indent,
  afterItem,
  colon,
});
const rare = (...style: Parameters<typeof laidOut>): Layout => ({
  ...laidOut(...style),
  isRare: true,
});

/** The layouts of common serialisers. */
const LAYOUTS = {
  compact: laidOut("without white space", "", ",", ":"),
  spaced: laidOut('with ", " and ": " (as Python writes)', "", ", ", ": "),
  twoSpaces: laidOut("indented by 2 spaces", "  ", ",", ": "),
  fourSpaces: laidOut("indented by 4 spaces", "    ", ",", ": "),
  tabs: laidOut("indented by tabs", "\t", ",", ": "),
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
/** Quotes have a form of their own. */
const dotNetEscape = (match: string): string => {
  if (match === '\\"') return "\\u0022";
  return match.startsWith("\\") ? match : upper(match);
};

/** The characters that serialisers escape beyond what JSON itself wants escaped. `[^\0-~]` includes DEL, as Python and .NET have it. */
const ESCAPES = {
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
  dotNet: { says: "as .NET escapes", pattern: /\\.|[^\0-~]|[<>&'+`]/g, write: dotNetEscape },
  asciiButDel: {
    says: "non-ASCII characters as \\uxxxx but for DEL",
    pattern: /[^\0-\x7f]/g,
    write: lower,
  },
};

const { compact, spaced, twoSpaces, fourSpaces, tabs, ruby, jackson, perl } = LAYOUTS;
const { none, ascii, php, slashes, html, gson, dotNet } = ESCAPES;

const hand = (
  says: string,
  layout: Layout,
  escapes: Escapes,
  others: Pick<JsonStyle, "isSorted" | "ends" | "floats"> = {},
): JsonStyle => ({ says, layout, escapes, ...others });

const PYTHON = { floats: FLOATS.python };
const PHP = { floats: FLOATS.php };
const RUBY = { floats: FLOATS.ruby };

/** The hands that write most of the world's JSON, the likeliest first. */
export const JSON_HANDS: readonly JsonStyle[] = [
  hand("without white space", compact, none),
  hand("as Python's json.dumps writes it", spaced, ascii, PYTHON),
  hand("indented by 2 spaces", twoSpaces, none),
  hand("as PHP's json_encode writes it", compact, php, PHP),
  hand("as Go's json.Marshal writes a map", compact, html, { isSorted: true }),
  hand("as Go's json.Marshal writes a struct", compact, html),
  hand("as Rails writes it", compact, html, RUBY),
  hand("as Ruby's JSON.generate writes it", compact, none, RUBY),
  hand("indented by 4 spaces", fourSpaces, none),
  hand("as Python writes it with ensure_ascii=False", spaced, none, PYTHON),
  hand("with non-ASCII characters as \\uxxxx", compact, ascii),
  hand("as .NET's JsonSerializer writes it", compact, dotNet),
  hand("as Gson writes it", compact, gson),
  hand("as Python writes it with sort_keys=True", spaced, ascii, { ...PYTHON, isSorted: true }),
  hand("without white space, keys sorted", compact, none, { isSorted: true }),
  hand("as Python writes it compact, with sort_keys=True", compact, ascii, {
    ...PYTHON,
    isSorted: true,
  }),
  hand("as PHP writes it with JSON_UNESCAPED_UNICODE", compact, slashes, PHP),
  hand("as PHP writes it with JSON_PRETTY_PRINT", fourSpaces, php, PHP),
  hand("as Go's json.Encoder writes a map", compact, html, { isSorted: true, ends: ["\n"] }),
  hand("as Go's json.Encoder writes a struct", compact, html, { ends: ["\n"] }),
  hand("as Go's json.MarshalIndent writes a map", twoSpaces, html, { isSorted: true }),
  hand("as Python writes it with indent=2", twoSpaces, ascii, PYTHON),
  hand("as Python writes it with indent=4", fourSpaces, ascii, PYTHON),
  hand("as jq writes it", twoSpaces, none, { ends: ["\n"] }),
  hand("as jq -c writes it", compact, none, { ends: ["\n"] }),
  hand("as Ruby's JSON.pretty_generate writes it", ruby, none, RUBY),
  hand("as Jackson's pretty printer writes it", jackson, none),
  hand("indented by tabs", tabs, none),
  hand("as Go's json.MarshalIndent writes a map, with tabs", tabs, html, { isSorted: true }),
  hand("as Perl's JSON::PP writes it pretty", perl, none),
];

/** The document as it is laid out, with nothing escaped that need not be. */
export const AS_IT_IS: JsonStyle = { says: "laid out as it is", layout: undefined, escapes: none };

/** The escapes that serialisers use; none first. */
export const ALL_ESCAPES: readonly Escapes[] = Object.values(ESCAPES);

/** Returns every layout with the escapes that make a difference, as it is and sorted; and what is written on Windows. */
export function allStyles(different: readonly Escapes[]): readonly JsonStyle[] {
  const styles: JsonStyle[] = [];
  const add = (says: string, layout: Layout | undefined, escapes: Escapes, isSorted = false) => {
    const ends = ["", layout?.newline ?? "\n"];
    styles.push({ says, layout, escapes, ends, ...(isSorted && { isSorted }) });
  };
  for (const escapes of different) add(inWords(AS_IT_IS.says, escapes.says), undefined, escapes);
  for (const isSorted of [false, true]) {
    for (const layout of Object.values<Layout>(LAYOUTS)) {
      // The rare ones are of serialisers that escape little.
      for (const escapes of different.slice(0, layout.isRare ? 2 : undefined)) {
        const says = inWords(layout.says, escapes.says);
        add(isSorted ? `${says}, keys sorted` : says, layout, escapes, isSorted);
      }
    }
  }
  for (const layout of [twoSpaces, fourSpaces, tabs]) {
    for (const escapes of [none, dotNet]) {
      const says = `${inWords(layout.says, escapes.says)}, with CRLF`;
      add(says, { ...layout, newline: "\r\n" }, escapes);
    }
  }
  return styles;
}

/** Joins two parts of a description; `more` may be empty, or a line end. */
export function inWords(says: string, more: string): string {
  if (more === "") return says;
  return `${says}, ${more.endsWith("\n") ? "a newline at the end" : more}`;
}
