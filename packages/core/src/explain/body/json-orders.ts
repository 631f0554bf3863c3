import {
  hasEntries,
  type JsonDocument,
  type JsonEntry,
  type JsonNode,
  reordered,
} from "./json-tree.ts";

const MAX_ORDERS = 720;

/** Returns the tree with the keys of all objects sorted. */
export function sortedTree({ root, strings }: JsonDocument): JsonNode {
  const keyOf = ([key = -1]: JsonEntry): string => strings[key] ?? "";
  return reordered(root, (entries) =>
    entries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b)))),
  );
}

/** Puts the keys in other orders: those like indexes last, for `JSON.parse` puts them first; reversed; every order of few. */
export function* otherOrders({ root, strings }: JsonDocument): Generator<JsonNode> {
  const isIndex = ([key = -1]: JsonEntry): boolean => /^\d+$/.test(strings[key] ?? "");
  yield reordered(root, (entries) => [
    ...entries.filter((entry) => !isIndex(entry)),
    ...entries.filter(isIndex),
  ]);
  yield reordered(root, (entries) => entries.toReversed());
  const objects = objectsIn(root);
  const orders = objects.reduce((product, { length }) => product * factorial(length), 1);
  for (let number = 1; number < (orders > MAX_ORDERS ? 0 : orders); number++) {
    let rest = number;
    const chosen = new Map<readonly JsonEntry[], readonly JsonEntry[]>();
    for (const entries of objects) {
      const left = [...entries];
      const picked: JsonEntry[] = [];
      while (left.length > 0) {
        picked.push(...left.splice(rest % left.length, 1));
        rest = Math.floor(rest / (left.length + 1));
      }
      chosen.set(entries, picked);
    }
    yield reordered(root, (entries) => chosen.get(entries) ?? entries);
  }
}

function objectsIn(node: JsonNode): (readonly JsonEntry[])[] {
  if (!hasEntries(node)) return [];
  const inner = node.entries.flatMap(([, value]) => objectsIn(value));
  return node.kind === "object" ? [node.entries, ...inner] : inner;
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
