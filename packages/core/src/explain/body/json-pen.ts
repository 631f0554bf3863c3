import { type FloatStyle, isWhole } from "./json-floats.ts";
import { differentEscapes, type Escapes, type JsonStyle, writtenStrings } from "./json-styles.ts";
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
  #sorted: JsonNode | undefined;

  constructor(document: JsonDocument) {
    this.#document = document;
    this.#numbers = document.numbers.map(({ raw }) => raw);
    this.escapes = differentEscapes(document.strings);
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
    return this.#numbers.map((raw) => (isWhole(raw) ? raw : floats.write(raw)));
  }

  get #sortedRoot(): JsonNode {
    return (this.#sorted ??= sortedTree(this.#document));
  }
}
