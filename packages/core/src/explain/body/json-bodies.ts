import { firstOfEach } from "../first-of-each.ts";
import { numberWritings } from "./json-numbers.ts";
import { otherOrders } from "./json-orders.ts";
import { JsonPen } from "./json-pen.ts";
import { allStyles, AS_IT_IS, inWords, JSON_HANDS, type JsonStyle } from "./json-styles.ts";
import type { JsonDocument } from "./json-tree.ts";

/** A way to write a document, and how it differs, in words. */
export interface JsonRewriting {
  readonly text: string;
  /** Continues "The signature fits the same JSON". */
  readonly says: string;
}

/** These are tried with each writing of the numbers, and the first few with every guess how they were written. */
const HANDS_OF_NUMBERS: readonly JsonStyle[] = [
  AS_IT_IS,
  ...JSON_HANDS.filter(({ isSorted = false, end = "" }) => !isSorted && end === ""),
];
const GUESSED_HANDS = 6;
/** These are tried with each order of the keys. */
const ORDERED_HANDS = 2;

/**
 * Writes a document as it may have been before somebody parsed it and wrote it again, the likeliest hands first. The same text may come
 * twice.
 */
export function* jsonRewritings(document: JsonDocument): Generator<JsonRewriting> {
  const pen = new JsonPen(document);
  const written = new Set<string>();
  for (const style of [...JSON_HANDS, ...allStyles(pen.escapes)]) {
    const name = pen.nameOf(style);
    if (!written.has(name)) yield { text: pen.write(style), says: style.says };
    written.add(name);
  }
  const hands = firstOfEach(HANDS_OF_NUMBERS, (style) => pen.nameOf(style));
  for (const { texts, says, isGuess } of numberWritings(document.numbers)) {
    for (const style of hands.slice(0, isGuess ? GUESSED_HANDS : undefined)) {
      for (const end of isGuess ? [""] : ["", "\n"]) {
        const text = pen.write({ ...style, end }, texts);
        yield { text, says: inWords(`${style.says}, ${says}`, end) };
      }
    }
  }
  for (const root of otherOrders(document)) {
    for (const style of JSON_HANDS.slice(0, ORDERED_HANDS)) {
      yield {
        text: pen.write(style, undefined, root),
        says: `${style.says}, keys in another order`,
      };
    }
  }
}
