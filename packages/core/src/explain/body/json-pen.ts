import { firstOfEach } from "../first-of-each.ts";
import { ByteWriter, type Pieces, piecesIn, piecesOf } from "./byte-writer.ts";
import { type FloatStyle, isWhole } from "./json-floats.ts";
import { sortedTree } from "./json-orders.ts";
import { ALL_ESCAPES, type Escapes, type JsonStyle, type Layout } from "./json-styles.ts";
import type { JsonDocument, JsonNode } from "./json-tree.ts";
import { type Leaves, JsonWriter } from "./json-writer.ts";

/** Writes one document in any style; what several styles share is made once. */
export class JsonPen {
  /** The escapes that make a difference, none first. */
  readonly escapes: readonly Escapes[];
  readonly #document: JsonDocument;
  readonly #into = new ByteWriter();
  readonly #writers = new Map<Layout, JsonWriter>();
  /** The strings as JSON, with nothing escaped that need not be. */
  readonly #joined: string;
  readonly #strings = new Map<Escapes, Pieces>();
  readonly #numbers: readonly string[];
  readonly #numbersBy = new Map<FloatStyle, readonly string[]>();
  readonly #pieces = new Map<readonly string[], Pieces>();
  readonly #words: Pieces;
  /** Every character of the document that some escape, once. */
  readonly #sample: string;
  #ownLayout: OwnLayout | undefined;
  #sorted: JsonNode | undefined;

  constructor(document: JsonDocument) {
    this.#document = document;
    this.#joined = document.strings.map((text) => JSON.stringify(text)).join("\0");
    this.#numbers = document.numbers.map(({ raw }) => raw);
    this.#words = piecesOf(document.words);
    this.#sample = [...new Set(this.#joined.match(ESCAPED))].join("");
    this.escapes = firstOfEach(ALL_ESCAPES, (escapes) => escaped(this.#sample, escapes));
  }

  /** Names a style by what it does to this document: of two with one name, both write the same. */
  nameOf({ layout, escapes, floats, isSorted }: JsonStyle): string {
    const numbers = this.#numbersWith(floats) === this.#numbers ? undefined : floats;
    const sample = escaped(this.#sample, escapes);
    return JSON.stringify([layout, sample, numbers?.says, isSorted]);
  }

  /**
   * @param numbers as they are to be written; default: as they were received
   * @param root the document with its keys in another order
   */
  write(
    { layout, escapes, floats, isSorted = false }: JsonStyle,
    numbers: readonly string[] = this.#numbersWith(floats),
    root: JsonNode = isSorted ? this.#sortedRoot : this.#document.root,
  ): Uint8Array {
    const into = this.#into;
    const count = this.#document.strings.length;
    const leaves: Leaves = {
      string: kept(this.#strings, escapes, () => piecesIn(escaped(this.#joined, escapes), count)),
      number: kept(this.#pieces, numbers, () => piecesOf(numbers)),
      word: this.#words,
    };
    if (layout === undefined) {
      this.#ownLayout ??= ownLayoutOf(this.#document);
      writeAsItIs(this.#ownLayout, leaves, into);
    } else {
      kept(this.#writers, layout, () => new JsonWriter(layout, into)).write(root, leaves);
    }
    return into.take();
  }

  #numbersWith(floats: FloatStyle | undefined): readonly string[] {
    if (floats === undefined) return this.#numbers;
    return kept(this.#numbersBy, floats, () => {
      const texts = this.#numbers.map((raw) => (isWhole(raw) ? raw : floats.write(raw)));
      return texts.every((text, i) => text === this.#numbers[i]) ? this.#numbers : texts;
    });
  }

  get #sortedRoot(): JsonNode {
    return (this.#sorted ??= sortedTree(this.#document));
  }
}

/** Returns what is kept under a key; makes it the first time. */
function kept<Key, Value>(cache: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = cache.get(key);
  if (value === undefined) cache.set(key, (value = make()));
  return value;
}

/** What may be escaped, or is. */
const ESCAPED = /\\.|[^\0 -~]|[/<>&='+`]/g;

/** Escapes more in texts that are JSON already. */
function escaped(json: string, { pattern, write }: Escapes): string {
  return json.replace(pattern, write);
}

/** Strings and numbers. */
const LEAF = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** What a document has between its strings and numbers, words included. */
interface OwnLayout {
  readonly gaps: Pieces;
  readonly leaves: readonly ("string" | "number")[];
}

function ownLayoutOf({ source }: JsonDocument): OwnLayout {
  const leaves = source.match(LEAF) ?? [];
  return {
    gaps: piecesOf(source.split(LEAF)),
    leaves: leaves.map((leaf) => (leaf.startsWith('"') ? "string" : "number")),
  };
}

function writeAsItIs({ gaps, leaves }: OwnLayout, written: Leaves, into: ByteWriter): void {
  const next = { string: 0, number: 0 };
  into.put(gaps, 0);
  for (const [at, kind] of leaves.entries()) {
    into.put(written[kind], next[kind]++);
    into.put(gaps, at + 1);
  }
}
