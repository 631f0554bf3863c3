import { UsageError } from "../../base/usage-error.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\u0007",
  b: "\b",
  e: "\u001b",
  f: "\f",
  v: "\v",
};

/** The pieces of a shell word, tried in this order. */
const PIECE =
  /(?<continued>\\\r?\n)|(?<space>\s+)|\$'(?<ansi>(?:[^'\\]|\\[^])*)'|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[^])*)"|\\(?<escaped>[^])|(?<operator>[|&;<>`])|(?<plain>[^\s'"\\|&;<>`])/gy;

/**
 * Splits a command into words as a POSIX shell does, with the `$'…'` that browsers write. Nothing is expanded or run.
 *
 * @param command each character is one byte
 * @returns words, and each operator such as `|` as a word of its own
 * @throws UsageError if a quote is never closed
 */
export function shellWords(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  for (const { 0: piece, groups = {}, index } of command.matchAll(PIECE)) {
    end = index + piece.length;
    if (groups["continued"] !== undefined) continue;
    if (groups["space"] !== undefined || groups["operator"] !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (groups["operator"] !== undefined) words.push(piece);
      continue;
    }
    word = (word ?? "") + textOf(groups);
  }
  if (end < command.length) throw new UsageError("The command has a quote that is never closed.");
  return word === undefined ? words : [...words, word];
}

function textOf(groups: Readonly<Record<string, string | undefined>>): string {
  const { ansi, single, double, escaped, plain } = groups;
  if (ansi !== undefined) return unescapedAnsi(ansi);
  if (double !== undefined)
    return double.replaceAll(/\\\r?\n|\\([$`"\\])/g, (_, kept = "") => String(kept));
  return single ?? escaped ?? plain ?? "";
}

/** Undoes the escapes of `$'…'`; code points become their bytes in UTF-8. */
function unescapedAnsi(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8})|([0-7]{1,3})|([^]))/gi,
    (_, hex?: string, short?: string, long?: string, octal?: string, other: string = "") => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      const point = short ?? long;
      if (point === undefined) return ESCAPES[other] ?? other;
      return Buffer.from(String.fromCodePoint(Number.parseInt(point, 16))).toString("latin1");
    },
  );
}
