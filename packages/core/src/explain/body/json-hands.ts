import { FLOATS } from "./json-floats.ts";
import { type Escapes, ESCAPES, type JsonStyle, type Layout, LAYOUTS } from "./json-styles.ts";

const { compact, spaced, twoSpaces, fourSpaces, tabs, ruby, jackson, perl } = LAYOUTS;
const { none, ascii, php, slashes, html, gson, dotNet } = ESCAPES;

const hand = (
  says: string,
  layout: Layout,
  escapes: Escapes,
  others: Pick<JsonStyle, "isSorted" | "end" | "floats"> = {},
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
  hand("as Go's json.Encoder writes a map", compact, html, { isSorted: true, end: "\n" }),
  hand("as Go's json.Encoder writes a struct", compact, html, { end: "\n" }),
  hand("as Go's json.MarshalIndent writes a map", twoSpaces, html, { isSorted: true }),
  hand("as Python writes it with indent=2", twoSpaces, ascii, PYTHON),
  hand("as Python writes it with indent=4", fourSpaces, ascii, PYTHON),
  hand("as jq writes it", twoSpaces, none, { end: "\n" }),
  hand("as jq -c writes it", compact, none, { end: "\n" }),
  hand("as Ruby's JSON.pretty_generate writes it", ruby, none, RUBY),
  hand("as Jackson's pretty printer writes it", jackson, none),
  hand("indented by tabs", tabs, none),
  hand("as Go's json.MarshalIndent writes a map, with tabs", tabs, html, { isSorted: true }),
  hand("as Perl's JSON::PP writes it pretty", perl, none),
];
