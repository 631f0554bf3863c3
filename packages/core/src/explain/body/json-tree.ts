/** A JSON value that keeps what `JSON.parse` loses: the order of all keys, and repeated keys. */
export type JsonNode = JsonBranch | JsonLeaf;

interface JsonBranch {
  readonly kind: "array" | "object";
  readonly entries: readonly JsonEntry[];
}

/** A string, number or word, by its place among those of the document. */
interface JsonLeaf {
  readonly kind: "string" | "number" | "word";
  readonly index: number;
}

/** What stands in a list, or in an object under a key: its place among the strings of the document. */
export type JsonEntry = readonly [key: number | undefined, value: JsonNode];

/** A number as it was written, and the key that it stands under. */
export interface JsonNumber {
  readonly raw: string;
  readonly key: string;
}

/** A document whose strings, numbers and words are kept apart, in its order: serialisers write them in different ways. */
export interface JsonDocument {
  readonly root: JsonNode;
  readonly source: string;
  /** Keys and values, decoded. */
  readonly strings: readonly string[];
  readonly numbers: readonly JsonNumber[];
  readonly words: readonly string[];
}

/** Strings, numbers and words, and the punctuation between them. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;

const MAX_DEPTH = 200;

/** Reads a text that is JSON for sure; undefined where it is nested beyond reason. */
export function readJson(source: string): JsonDocument | undefined {
  const tokens = source.match(TOKEN) ?? [];
  const strings: string[] = [];
  const numbers: JsonNumber[] = [];
  const words: string[] = [];
  let at = 0;
  const root = read(0, "");
  return root && { root, source, strings, numbers, words };

  function read(depth: number, under: string): JsonNode | undefined {
    const token = tokens[at++];
    if (token === undefined || depth > MAX_DEPTH) return undefined;
    if (token === "{") return readEntries("object", "}", depth, under);
    if (token === "[") return readEntries("array", "]", depth, under);
    if (token.startsWith('"')) return { kind: "string", index: strings.push(textOf(token)) - 1 };
    if (/^[tfn]/.test(token)) return { kind: "word", index: words.push(token) - 1 };
    return { kind: "number", index: numbers.push({ raw: token, key: under }) - 1 };
  }

  function readEntries(
    kind: "array" | "object",
    close: string,
    depth: number,
    under: string,
  ): JsonNode | undefined {
    const entries: JsonEntry[] = [];
    while (tokens[at] !== close) {
      let key: string | undefined;
      if (kind === "object") {
        key = textOf(tokens[at] ?? '""');
        at += 2;
      }
      const index = key === undefined ? undefined : strings.push(key) - 1;
      const value = read(depth + 1, key ?? under);
      if (value === undefined) return undefined;
      entries.push([index, value]);
      if (tokens[at] === ",") at++;
    }
    at++;
    return { kind, entries };
  }
}

function textOf(token: string): string {
  return token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
}

/** Tells lists and objects from what stands in them. */
export function hasEntries(node: JsonNode): node is JsonBranch {
  return node.kind === "array" || node.kind === "object";
}

/** Returns the tree with the entries of each object in another order. */
export function reordered(
  node: JsonNode,
  order: (entries: readonly JsonEntry[]) => readonly JsonEntry[],
): JsonNode {
  if (!hasEntries(node)) return node;
  const entries = node.kind === "object" ? order(node.entries) : node.entries;
  return {
    kind: node.kind,
    entries: entries.map(([key, value]) => [key, reordered(value, order)] as const),
  };
}
