import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * The serialisers of other languages, each written down here, and held to the language itself by encoders.test.ts where that is installed.
 *
 * Sources: CPython Lib/json/encoder.py; php-src ext/json/json_encoder.c; ruby/json ext/json/generator; Go encoding/json/encode.go;
 * .NET System.Text.Encodings.Web DefaultJavaScriptEncoder; Gson JsonWriter.HTML_SAFE_REPLACEMENT_CHARS; Jackson DefaultPrettyPrinter.
 */
export interface Encoder {
  readonly name: string;
  /** Parses JSON and writes it again. */
  readonly write: (json: string) => string;
  readonly isSorted: boolean;
  /** The same by the language itself, whose program reads a list of documents and writes a list of texts; undefined where none is held to. */
  readonly program?: { readonly command: string; readonly args: readonly string[] };
}

interface Style {
  readonly escapes?: RegExp;
  readonly escape?: (character: string) => string;
  readonly colon?: string;
  readonly comma?: string;
  readonly indent?: string;
  readonly isSorted?: boolean;
  readonly emptyList?: string;
  readonly emptyObject?: string;
  readonly number?: (value: number) => string;
  /** PHP can't tell an object whose keys are 0, 1, 2 … from a list. */
  readonly isList?: (value: object) => boolean;
  readonly end?: string;
}

const unicode = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const upper = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
const slashed = (character: string): string => (character === "/" ? "\\/" : unicode(character));

/**
 * @param from from this value on with an exponent, and below 0.0001
 * @param digits of the exponent, at least
 * @param fraction behind a mantissa that has none
 * @param largest integers from this on are floats
 */
const floats =
  (from: number, digits: number, fraction: string, largest = Infinity) =>
  (value: number): string => {
    const shown = JSON.stringify(value);
    const size = Math.abs(value);
    if (/^-?\d+$/.test(shown) && size < largest) return shown;
    if (size >= 1e-4 && (size < from || !Number.isInteger(value))) return shown;
    const [mantissa = "", exponent = ""] = value.toExponential().split("e");
    const start = mantissa.includes(".") ? mantissa : mantissa + fraction;
    return `${start}e${exponent.charAt(0)}${exponent.slice(1).padStart(digits, "0")}`;
  };

function written(value: unknown, style: Style, newline = "\n"): string {
  const { colon = ":", comma = ",", indent = "" } = style;
  if (typeof value === "string") return text(value, style);
  if (typeof value === "number") return (style.number ?? JSON.stringify)(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = newline + indent;
  const entries = Object.entries(value);
  if (style.isSorted) entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const isList = Array.isArray(value) || (style.isList?.(value) ?? false);
  const items = entries.map(([key, item]) => {
    const shown = written(item, style, deeper);
    return isList ? shown : text(key, style) + colon + shown;
  });
  const [open, close] = isList ? "[]" : "{}";
  if (items.length === 0) {
    const empty = isList ? style.emptyList : style.emptyObject;
    return empty === undefined ? `${open}${close}` : open + empty + newline + close;
  }
  const before = indent === "" ? "" : deeper;
  const behind = indent === "" ? "" : newline;
  return open + before + items.join(comma + before) + behind + close;
}

function text(value: string, { escapes = /(?!)/g, escape = unicode }: Style): string {
  const inner = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll('\\"', escapes.test('"') ? escape('"') : '\\"');
  return `"${inner.replaceAll(escapes, escape)}"`;
}

const encoder = (name: string, style: Style, program?: Encoder["program"]): Encoder => ({
  name,
  isSorted: style.isSorted ?? false,
  write: (json) => written(JSON.parse(json), style) + (style.end ?? ""),
  ...(program && { program }),
});

const python = (dumps: string): Encoder["program"] => ({
  command: "python3",
  args: [
    "-c",
    `import json, sys\nprint(json.dumps([json.dumps(json.loads(one)${dumps}) for one in json.load(sys.stdin)]))`,
  ],
});
const php = (flags: string): Encoder["program"] => ({
  command: "php",
  args: [
    "-r",
    `echo json_encode(array_map(fn($one) => json_encode(json_decode($one, true), ${flags}), json_decode(stream_get_contents(STDIN))));`,
  ],
});
const ruby = (method: string): Encoder["program"] => ({
  command: "ruby",
  args: [
    "-rjson",
    "-e",
    `puts JSON.generate(JSON.parse(STDIN.read).map { |one| JSON.${method}(JSON.parse(one)) })`,
  ],
});

const go = (how: string): Encoder["program"] => ({
  command: "go",
  args: ["run", fileURLToPath(new URL("encode.go", import.meta.url)), how],
});

const isPhpList = (value: object): boolean =>
  Object.keys(value).every((key, i) => key === String(i));
const PYTHON: Style = {
  colon: ": ",
  comma: ", ",
  escapes: /[^\0-~]/g,
  number: floats(1e16, 2, ""),
};
const PHP: Style = {
  escapes: /[^\0-\x7f]|\//g,
  escape: slashed,
  isList: isPhpList,
  number: floats(1e17, 1, ".0", 2 ** 63),
};
const RUBY: Style = { number: floats(1e15, 2, ".0") };
const GO: Style = { escapes: /[<>&\u2028\u2029]/g };

/** The encoders of webhooks, by the hand that holds them. */
export const ENCODERS: readonly Encoder[] = [
  encoder("Node, indented", { indent: "  ", colon: ": " }),
  encoder("Python", PYTHON, python("")),
  encoder("Python, sorted", { ...PYTHON, isSorted: true }, python(", sort_keys=True")),
  encoder("Python, not ASCII", { ...PYTHON, escapes: /(?!)/g }, python(", ensure_ascii=False")),
  encoder("Python, indented", { ...PYTHON, comma: ",", indent: "    " }, python(", indent=4")),
  encoder(
    "Python, compact",
    { ...PYTHON, colon: ":", comma: "," },
    python(", separators=(',', ':')"),
  ),
  encoder("PHP", PHP, php("0")),
  encoder(
    "PHP, unescaped slashes",
    { ...PHP, escapes: /[^\0-\x7f]/g },
    php("JSON_UNESCAPED_SLASHES"),
  ),
  encoder(
    "PHP, unescaped Unicode",
    { ...PHP, escapes: /[/\u2028\u2029]/g },
    php("JSON_UNESCAPED_UNICODE"),
  ),
  encoder("PHP, pretty", { ...PHP, colon: ": ", indent: "    " }, php("JSON_PRETTY_PRINT")),
  encoder("Ruby", RUBY, ruby("generate")),
  encoder(
    "Ruby, pretty",
    { ...RUBY, colon: ": ", indent: "  ", emptyList: "\n", emptyObject: "" },
    ruby("pretty_generate"),
  ),
  encoder("Rails", { ...RUBY, ...GO }),
  encoder("Go, a map", { ...GO, isSorted: true }, go("map")),
  encoder("Go, a struct", GO),
  encoder(
    "Go, a map, indented",
    { ...GO, isSorted: true, indent: "  ", colon: ": " },
    go("indented"),
  ),
  encoder("Go, json.Encoder", { ...GO, isSorted: true, end: "\n" }, go("encoder")),
  encoder(".NET", { escapes: /[^\0-~]|[<>&'"+`]/g, escape: upper }),
  encoder("Gson", { escapes: /[<>&='\u2028\u2029]/g }),
  encoder("jq", { indent: "  ", colon: ": ", end: "\n" }),
];

/** What the languages themselves write; undefined where one is not installed. */
export function byProgram(
  { program }: Encoder,
  documents: readonly string[],
): string[] | undefined {
  if (program === undefined) return undefined;
  try {
    const out = execFileSync(program.command, program.args, {
      input: JSON.stringify(documents),
      encoding: "utf8",
      env: { ...process.env, PYTHONIOENCODING: "utf-8", LANG: "C.UTF-8" },
      stdio: ["pipe", "pipe", "ignore"],
    });
    return JSON.parse(out) as string[];
  } catch {
    return undefined;
  }
}
