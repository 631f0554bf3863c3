import { numberWritings } from "./json-numbers.ts";
import {
  differentEscapes,
  ESCAPES,
  type Escapes,
  type KeyOrder,
  type Layout,
  LAYOUTS,
  writeJson,
  writeString,
} from "./json-styles.ts";
import { type JsonDocument, type JsonNode, readJson, rewriteTokens } from "./json-tree.ts";

/** A way to write a document, and how it differs, in words. */
export interface JsonRewriting {
  readonly text: string;
  readonly says: string;
}

const MAX_ORDERS = 720;

type Entry = readonly [string, JsonNode];

const asIs: KeyOrder = (entries) => entries;
const sorted: KeyOrder = (entries) => entries.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
const reversed: KeyOrder = (entries) => entries.toReversed();
/** `JSON.parse` puts keys that look like array indexes first. */
const indexesLast: KeyOrder = (entries) => [
  ...entries.filter(([key]) => !/^\d+$/.test(key)),
  ...entries.filter(([key]) => /^\d+$/.test(key)),
];

const [plain, python] = LAYOUTS as readonly [Layout, Layout];
const [unescaped] = ESCAPES as readonly [Escapes];
/** These are tried with every escape; the others, whose serialisers escape little, with the first two. */
const COMMON_LAYOUTS: readonly Layout[] = LAYOUTS.slice(0, 5);

/** A document written in one style, but for its numbers. */
interface Template {
  /** What stands before, between and behind the numbers. */
  readonly pieces: readonly string[];
  readonly says: string;
  readonly newline: "\n" | "\r\n";
  /** Whether every guess which of the numbers are floats is tried with it. */
  readonly isCommon: boolean;
}

/** Stands for a number; no JSON has it. */
const PLACE = "\0";
const writePlace = (): string => PLACE;

/**
 * What a JSON text may have been before somebody parsed it and wrote it again, the likeliest first.
 *
 * @param source the text as it was received
 */
export function* jsonRewritings(source: string): Generator<JsonRewriting> {
  const document = readJson(source);
  if (document === undefined) return;
  // A character that only stands in an escape counts as well.
  const escapes = differentEscapes(JSON.stringify(JSON.parse(source)));
  const received = document.numbers.map(({ raw }) => raw);
  const templates = replayable(templatesOf(document, escapes));

  // What serialisers do by default, escapes and layouts in turn: a large document leaves room for a few.
  for (let i = 0; i < Math.max(LAYOUTS.length, escapes.length); i++) {
    const escape = escapes[i];
    const layout = LAYOUTS[i];
    if (escape !== undefined) yield styled(plain, escape, asIs, "");
    if (i === 0) yield styled(python, escapes[1] ?? unescaped, asIs, "");
    else if (layout !== undefined) yield styled(layout, unescaped, asIs, "");
  }
  for (const end of ["", "\n"]) {
    for (const template of templates()) yield filled(template, received, "", end);
    for (const layout of LAYOUTS) {
      for (const escape of escapesWith(layout, escapes)) yield styled(layout, escape, sorted, end);
    }
  }
  for (const { texts, says, isGuess } of numberWritings(document.numbers)) {
    for (const template of templates()) {
      if (isGuess && !template.isCommon) continue;
      for (const end of ["", "\n"]) yield filled(template, texts, says, end);
    }
  }
  for (const order of [indexesLast, reversed, ...permutations(document.root)]) {
    for (const layout of [plain, python]) {
      for (const escape of escapes.slice(0, 2)) yield styled(layout, escape, order, "");
    }
  }

  function styled(layout: Layout, escape: Escapes, order: KeyOrder, end: string): JsonRewriting {
    const text = writeJson(
      document as JsonDocument,
      layout,
      escape,
      order,
      (i) => received[i] ?? "",
    );
    const keys = order === asIs ? "" : order === sorted ? "keys sorted" : "keys in another order";
    return { text: text + end, says: inWords(layout.says, escape.says, keys, endInWords(end)) };
  }
}

function* templatesOf(document: JsonDocument, escapes: readonly Escapes[]): Generator<Template> {
  for (const layout of LAYOUTS) {
    for (const escape of escapesWith(layout, escapes)) {
      yield {
        pieces: writeJson(document, layout, escape, asIs, writePlace).split(PLACE),
        says: inWords(layout.says, escape.says),
        newline: "\n",
        isCommon: COMMON_LAYOUTS.includes(layout),
      };
    }
  }
  for (const escape of escapes) {
    const write = (text: string): string => writeString(text, escape);
    yield {
      pieces: rewriteTokens(document, write, writePlace).split(PLACE),
      says: inWords("laid out as it is", escape.says),
      newline: "\n",
      isCommon: true,
    };
  }
  for (const layout of COMMON_LAYOUTS.filter(({ indent }) => indent !== "")) {
    for (const escape of ESCAPES.filter(({ onWindows }) => onWindows)) {
      const text = writeJson(document, layout, escape, asIs, writePlace);
      yield {
        pieces: text.replaceAll("\n", "\r\n").split(PLACE),
        says: inWords(layout.says, escape.says, "with CRLF"),
        newline: "\r\n",
        isCommon: false,
      };
    }
  }
}

function escapesWith(layout: Layout, escapes: readonly Escapes[]): readonly Escapes[] {
  return COMMON_LAYOUTS.includes(layout) ? escapes : escapes.slice(0, 2);
}

function filled(
  { pieces, says, newline }: Template,
  numbers: readonly string[],
  numbersSay: string,
  end: string,
): JsonRewriting {
  let text = "";
  for (const [i, piece] of pieces.entries()) text += piece + (numbers[i] ?? "");
  return {
    text: text + end.replace("\n", newline),
    says: inWords(says, numbersSay, endInWords(end)),
  };
}

function endInWords(end: string): string {
  return end === "" ? "" : "a newline at the end";
}

function inWords(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

/** Makes values once, and only when the first who goes through them gets there. */
function replayable<T>(values: Generator<T>): () => Generator<T> {
  const made: T[] = [];
  return function* replay() {
    for (let at = 0; ; at++) {
      if (at === made.length) {
        const { done, value } = values.next();
        if (done) return;
        made.push(value);
      }
      yield made[at] as T;
    }
  };
}

/** Every order of the keys of every object, where there are few enough. */
function* permutations(root: JsonNode): Generator<KeyOrder> {
  const objects: (readonly Entry[])[] = [];
  let orders = 1;
  const nodes = [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (node.kind === "array") for (const item of node.items) nodes.push(item);
    if (node.kind !== "object") continue;
    objects.push(node.entries);
    for (let n = 2; n <= node.entries.length; n++) orders *= n;
    if (orders > MAX_ORDERS) return;
    for (const [, value] of node.entries) nodes.push(value);
  }
  for (let number = 1; number < orders; number++) {
    let rest = number;
    const chosen = new Map<readonly Entry[], readonly Entry[]>();
    for (const entries of objects) {
      const left = [...entries];
      const picked: Entry[] = [];
      while (left.length > 0) {
        picked.push(...left.splice(rest % left.length, 1));
        rest = Math.floor(rest / (left.length + 1));
      }
      chosen.set(entries, picked);
    }
    yield (entries) => chosen.get(entries) ?? entries;
  }
}
