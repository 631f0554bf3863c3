import { asReceived, numberForms } from "./json-numbers.ts";
import {
  ESCAPES,
  type Escapes,
  type KeyOrder,
  type Layout,
  LAYOUTS,
  type NumberForm,
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

/**
 * What a JSON text may have been before somebody parsed it and wrote it again, the likeliest first.
 *
 * @param source the text as it was received
 */
export function* jsonRewritings(source: string): Generator<JsonRewriting> {
  const document = readJson(source);
  if (document === undefined) return;
  // A character that only stands in an escape counts as well.
  const text = JSON.stringify(JSON.parse(source));
  const escapes = ESCAPES.filter(
    (one) => one === unescaped || new RegExp(one.pattern.source).test(text),
  );

  // What serialisers do by default; all combinations of it are many, and a large document leaves room for a few.
  for (const escape of escapes) yield styled(plain, escape, asIs, asReceived, "", "");
  for (const escape of escapes.slice(0, 2)) yield styled(python, escape, asIs, asReceived, "", "");
  for (const layout of LAYOUTS) yield styled(layout, unescaped, asIs, asReceived, "", "");
  for (const end of ["", "\n"]) {
    for (const order of [asIs, sorted]) {
      for (const layout of LAYOUTS) {
        for (const escape of escapes) yield styled(layout, escape, order, asReceived, "", end);
      }
    }
  }
  for (const escape of escapes) {
    yield { text: asLaidOut(document, escape, asReceived), says: escape.says || "no escapes" };
  }
  for (const layout of LAYOUTS.filter(({ indent }) => indent !== "")) {
    const { text: lines, says } = styled(layout, unescaped, asIs, asReceived, "", "");
    yield { text: lines.replaceAll("\n", "\r\n"), says: `${says}, with CRLF` };
  }
  for (const { says, form } of numberForms(document.numbers)) {
    for (const escape of escapes.slice(0, 2)) {
      yield { text: asLaidOut(document, escape, form), says };
      for (const layout of [plain, python]) yield styled(layout, escape, asIs, form, says, "");
    }
  }
  for (const order of [indexesLast, reversed, ...permutations(document.root)]) {
    for (const layout of [plain, python]) {
      for (const escape of escapes.slice(0, 2))
        yield styled(layout, escape, order, asReceived, "", "");
    }
  }

  function styled(
    layout: Layout,
    escape: Escapes,
    order: KeyOrder,
    form: NumberForm,
    numbers: string,
    end: string,
  ): JsonRewriting {
    const how = [
      layout.says,
      escape.says,
      order === asIs ? "" : order === sorted ? "keys sorted" : "keys in another order",
      numbers,
      end === "" ? "" : "a newline at the end",
    ];
    return {
      text: writeJson(document as JsonDocument, layout, escape, order, form) + end,
      says: how.filter((part) => part !== "").join(", "),
    };
  }
}

function asLaidOut(document: JsonDocument, escape: Escapes, form: NumberForm): string {
  return rewriteTokens(document, (text) => writeString(text, escape), form);
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
