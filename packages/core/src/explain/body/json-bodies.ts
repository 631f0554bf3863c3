import { concat, utf8 } from "../../base/bytes.ts";
import { firstOfEach } from "../first-of-each.ts";
import { numberWritings } from "./json-numbers.ts";
import { otherOrders } from "./json-orders.ts";
import { JsonPen } from "./json-pen.ts";
import { allStyles, AS_IT_IS, inWords, JSON_HANDS, type JsonStyle } from "./json-styles.ts";
import type { JsonDocument } from "./json-tree.ts";

/** A way to write a document, and how it differs, in words. */
export interface JsonRewriting {
  readonly bytes: Uint8Array;
  /** Continues "The signature fits the same JSON". */
  readonly says: string;
}

/** These are tried with each writing of the numbers, and the first few with every guess how they were written. */
const HANDS_OF_NUMBERS: readonly JsonStyle[] = [
  AS_IT_IS,
  ...JSON_HANDS.filter(({ isSorted, ends }) => isSorted === undefined && ends === undefined),
].map(({ says, layout, escapes }) => ({ says, layout, escapes }));
const GUESSED_HANDS = 6;
/** These are tried with each order of the keys. */
const ORDERED_HANDS = 2;

/**
 * Writes a document as it may have been before somebody parsed it and wrote it again, the likeliest hands first. The same bytes may come
 * twice.
 */
export function* jsonRewritings(document: JsonDocument): Generator<JsonRewriting> {
  const pen = new JsonPen(document);
  const written = new Set<string>();
  for (const style of [...JSON_HANDS, ...allStyles(pen.escapes)]) {
    const { says, ends = [""] } = style;
    const left = ends.filter((end) => !written.has(pen.nameOf(style) + end));
    for (const end of left) written.add(pen.nameOf(style) + end);
    if (left.length > 0) {
      yield* ended(pen.write(style), left, (end) => (ends.length > 1 ? inWords(says, end) : says));
    }
  }
  const hands = firstOfEach(HANDS_OF_NUMBERS, (style) => pen.nameOf(style));
  for (const { texts, says, isGuess } of numberWritings(document.numbers)) {
    for (const style of hands.slice(0, isGuess ? GUESSED_HANDS : undefined)) {
      const bytes = pen.write(style, texts);
      const what = `${style.says}, ${says}`;
      yield* ended(bytes, isGuess ? [""] : ["", "\n"], (end) => inWords(what, end));
    }
  }
  for (const root of otherOrders(document)) {
    for (const style of JSON_HANDS.slice(0, ORDERED_HANDS)) {
      const says = `${style.says}, keys in another order`;
      yield { bytes: pen.write(style, undefined, root), says };
    }
  }
}

/** Yields what was written with each of the line ends behind it. */
function* ended(
  bytes: Uint8Array,
  ends: readonly string[],
  saysWith: (end: string) => string,
): Generator<JsonRewriting> {
  for (const end of ends) {
    yield { bytes: end === "" ? bytes : concat([bytes, utf8(end)]), says: saysWith(end) };
  }
}
