import { MAX_SIGNATURES, type Spans } from "../scheme/signature-header.ts";

/** More parts than are ever accepted: a hostile header must not make thousands. */
const MAX_SPANS = 4 * MAX_SIGNATURES;

/**
 * Splits a stretch of a text as providers do: white space around a part is nobody's. Nothing is cut out, since most parts are only looked at.
 *
 * @param keepEmpty where a part is known by its place, an empty one counts; elsewhere it is nothing
 */
export function split(
  text: string,
  separator: string,
  from = 0,
  to: number = text.length,
  keepEmpty = false,
): Spans {
  // Nearly always it is one: with room for that from the start, no array grows.
  const spans: Spans = [from, to];
  let count = 0;
  let next = from;
  while (next <= to && count < 2 * MAX_SPANS) {
    const at = text.indexOf(separator, next);
    let start = next;
    let end = at < 0 || at > to - separator.length ? to : at;
    next = end + separator.length;
    while (start < end && isBlank(text, start)) start++;
    while (start < end && isBlank(text, end - 1)) end--;
    if (start < end || keepEmpty) {
      spans[count++] = start;
      spans[count++] = end;
    }
  }
  return cut(spans, count);
}

/** The first `count` numbers, in place. One after the other: setting a length costs more than all the rest of reading a header. */
export function cut(spans: Spans, count: number): Spans {
  while (spans.length > count) spans.pop();
  return spans;
}

/** Control characters and spaces. */
function isBlank(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 0x20;
}
