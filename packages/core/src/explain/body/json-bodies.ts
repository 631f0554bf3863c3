import { JSON_HANDS } from "./json-hands.ts";
import { numberWritings } from "./json-numbers.ts";
import { otherOrders } from "./json-orders.ts";
import { JsonPen } from "./json-pen.ts";
import { ESCAPES, type JsonStyle, LAYOUTS } from "./json-styles.ts";
import type { JsonDocument } from "./json-tree.ts";

/** A way to write a document, and how it differs, in words. */
export interface JsonRewriting {
  readonly text: string;
  /** Continues "The signature fits the same JSON". */
  readonly says: string;
}

/** The document as it is laid out, with nothing escaped that need not be. */
const AS_IT_IS: JsonStyle = { says: "laid out as it is", layout: undefined, escapes: ESCAPES.none };
/** These are tried with each writing of the numbers, and the first few with every guess how they were written. */
const HANDS_OF_NUMBERS: readonly JsonStyle[] = [
  AS_IT_IS,
  ...JSON_HANDS.filter(({ isSorted = false, end = "" }) => !isSorted && end === ""),
];
const GUESSED_HANDS = 6;

/**
 * Writes a document as it may have been before somebody parsed it and wrote it again, the likeliest hands first. The same text may come
 * twice.
 */
export function* jsonRewritings(document: JsonDocument): Generator<JsonRewriting> {
  const pen = new JsonPen(document);
  for (const style of JSON_HANDS) yield { text: pen.write(style), says: style.says };
  for (const end of ["", "\n"]) {
    for (const style of allStyles(pen)) {
      yield { text: pen.write({ ...style, end }), says: inWords(style.says, end) };
    }
  }
  for (const { texts, says, isGuess } of numberWritings(document.numbers)) {
    for (const style of HANDS_OF_NUMBERS.slice(0, isGuess ? GUESSED_HANDS : undefined)) {
      for (const end of isGuess ? [""] : ["", "\n"]) {
        const text = pen.write({ ...style, end }, texts);
        yield { text, says: inWords(`${style.says}, ${says}`, end) };
      }
    }
  }
  for (const root of otherOrders(document)) {
    for (const layout of [LAYOUTS.compact, LAYOUTS.spaced]) {
      for (const escapes of pen.escapes.slice(0, 2)) {
        const text = pen.write({ says: "", layout, escapes }, undefined, root);
        yield { text, says: `${inWords(layout.says, escapes.says)}, keys in another order` };
      }
    }
  }
}

/** Every layout with the escapes that make a difference, as it is and sorted; and what is written on Windows. */
function* allStyles({ escapes: different }: JsonPen): Generator<JsonStyle> {
  for (const escapes of different) {
    yield { ...AS_IT_IS, says: inWords(AS_IT_IS.says, escapes.says), escapes };
  }
  for (const isSorted of [false, true]) {
    for (const layout of Object.values(LAYOUTS)) {
      // The rare ones are of serialisers that escape little.
      for (const escapes of different.slice(0, layout.isRare ? 2 : undefined)) {
        const says = inWords(layout.says, escapes.says);
        yield { says: isSorted ? `${says}, keys sorted` : says, layout, escapes, isSorted };
      }
    }
  }
  for (const layout of [LAYOUTS.twoSpaces, LAYOUTS.fourSpaces, LAYOUTS.tabs]) {
    for (const escapes of [ESCAPES.none, ESCAPES.dotNet]) {
      const says = `${inWords(layout.says, escapes.says)}, with CRLF`;
      yield { says, layout, escapes, isWindows: true };
    }
  }
}

/** @param more escapes in words, which may be none, or a newline */
function inWords(says: string, more: string): string {
  if (more === "") return says;
  return `${says}, ${more === "\n" ? "a newline at the end" : more}`;
}
