import { MAX_SIGNATURES } from "../scheme/signature-header.ts";

/** Splits as providers do: white space around a part is nobody's, an empty part is nothing. */
export function split(text: string, separator: string): string[] {
  if (text !== "" && !text.includes(separator)) return [text.trim()];
  // A hostile header must not make thousands of strings: one more than is ever accepted is enough to be refused.
  return text
    .split(separator, 4 * MAX_SIGNATURES)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
