import { type FloatStyle, isWhole } from "./json-floats.ts";
import { firstOfEach } from "../first-of-each.ts";
import { ALL_ESCAPES, type Escapes, type JsonStyle } from "./json-styles.ts";
import { sortedTree } from "./json-orders.ts";
import { type JsonDocument, type JsonNode, rewriteTokens } from "./json-tree.ts";
import { writeJson } from "./json-writer.ts";

/** Writes one document in any style; what several styles share is made once. */
export class JsonPen {
  /** The escapes that make a difference, none first. */
  readonly escapes: readonly Escapes[];
  readonly #document: JsonDocument;
  readonly #numbers: readonly string[];
  readonly #strings = new Map<Escapes, readonly string[]>();
  /** Every character of the document that some escape, once. */
  readonly #sample: string;
  #sorted: JsonNode | undefined;

  constructor(document: JsonDocument) {
    this.#document = document;
    this.#numbers = document.numbers.map(({ raw }) => raw);
    const characters = document.strings.flatMap((text) => text.match(ESCAPED) ?? []);
    this.#sample = [...new Set(characters)].join("");
    this.escapes = firstOfEach(ALL_ESCAPES, (escapes) => writeString(this.#sample, escapes));
  }

  /** Names a style by what it does to this document: of two with one name, both write the same. */
  nameOf({ layout, escapes, floats, isSorted, end, isWindows }: JsonStyle): string {
    const numbers = this.#numbersWith(floats) === this.#numbers ? undefined : floats;
    const sample = writeString(this.#sample, escapes);
    return JSON.stringify([layout, sample, numbers?.says, isSorted, end, isWindows]);
  }

  /**
   * @param numbers as they are to be written; default: as they were received
   * @param root the document with its keys in another order
   */
  write(
    { layout, escapes, floats, isSorted = false, end = "", isWindows = false }: JsonStyle,
    numbers: readonly string[] = this.#numbersWith(floats),
    root: JsonNode = isSorted ? this.#sortedRoot : this.#document.root,
  ): string {
    let strings = this.#strings.get(escapes);
    if (strings === undefined) {
      strings = writtenStrings(this.#document.strings, escapes);
      this.#strings.set(escapes, strings);
    }
    const text =
      (layout === undefined
        ? rewriteTokens(this.#document, strings, numbers)
        : writeJson(root, layout, strings, numbers)) + end;
    return isWindows ? text.replaceAll("\n", "\r\n") : text;
  }

  #numbersWith(floats: FloatStyle | undefined): readonly string[] {
    if (floats === undefined) return this.#numbers;
    const texts = this.#numbers.map((raw) => (isWhole(raw) ? raw : floats.write(raw)));
    return texts.every((text, i) => text === this.#numbers[i]) ? this.#numbers : texts;
  }

  get #sortedRoot(): JsonNode {
    return (this.#sorted ??= sortedTree(this.#document));
  }
}

const SPECIAL = /["\\]|[^ -~]|[/<>&='+`]/;
const ESCAPED = /[^ -~]|["/<>&='+`]/g;

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
function writtenStrings(strings: readonly string[], escapes: Escapes): readonly string[] {
  return strings.map((text) => (SPECIAL.test(text) ? writeString(text, escapes) : `"${text}"`));
}
