/** A JSON value that keeps what `JSON.parse` loses: the order of all keys, and repeated keys. */
export type JsonNode =
  | { readonly kind: "object"; readonly entries: readonly JsonEntry[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string" | "number"; readonly index: number }
  | { readonly kind: "word"; readonly raw: string };

/** A key, as its place among the strings of the document, and what stands under it. */
export type JsonEntry = readonly [key: number, value: JsonNode];

/** A number as it was written, and the key that it stands under. */
export interface JsonNumber {
  readonly raw: string;
  readonly key: string;
}

/** A document whose strings and numbers are kept apart, in its order: they are what serialisers write in different ways. */
export interface JsonDocument {
  readonly root: JsonNode;
  readonly source: string;
  /** Keys and values, decoded. */
  readonly strings: readonly string[];
  readonly numbers: readonly JsonNumber[];
}

/** Strings, numbers and words, and the punctuation between them. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;

const MAX_DEPTH = 200;

/** Reads a text that is JSON for sure; undefined where it is nested beyond reason. */
export function readJson(source: string): JsonDocument | undefined {
  const tokens = source.match(TOKEN) ?? [];
  const strings: string[] = [];
  const numbers: JsonNumber[] = [];
  let at = 0;
  const root = read(0, "");
  return root && { root, source, strings, numbers };

  function read(depth: number, key: string): JsonNode | undefined {
    const token = tokens[at++];
    if (token === undefined || depth > MAX_DEPTH) return undefined;
    if (token === "{") return readObject(depth);
    if (token === "[") return readArray(depth, key);
    if (token.startsWith('"')) return { kind: "string", index: strings.push(textOf(token)) - 1 };
    if (/^[tfn]/.test(token)) return { kind: "word", raw: token };
    return { kind: "number", index: numbers.push({ raw: token, key }) - 1 };
  }

  function readObject(depth: number): JsonNode | undefined {
    const entries: JsonEntry[] = [];
    while (tokens[at] !== "}") {
      const key = textOf(tokens[at] ?? '""');
      const index = strings.push(key) - 1;
      at += 2;
      const value = read(depth + 1, key);
      if (value === undefined) return undefined;
      entries.push([index, value]);
      if (tokens[at] === ",") at++;
    }
    at++;
    return { kind: "object", entries };
  }

  function readArray(depth: number, key: string): JsonNode | undefined {
    const items: JsonNode[] = [];
    while (tokens[at] !== "]") {
      const item = read(depth + 1, key);
      if (item === undefined) return undefined;
      items.push(item);
      if (tokens[at] === ",") at++;
    }
    at++;
    return { kind: "array", items };
  }
}

function textOf(token: string): string {
  return token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
}

/** Writes the document as it stands, with its strings and numbers written anew. */
export function rewriteTokens(
  { source }: JsonDocument,
  strings: readonly string[],
  numbers: readonly string[],
): string {
  let string = 0;
  let number = 0;
  return source.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return strings[string++] ?? token;
    return /^[-\d]/.test(token) ? (numbers[number++] ?? token) : token;
  });
}

/** Returns the tree with the entries of each object in another order. */
export function reordered(
  node: JsonNode,
  order: (entries: readonly JsonEntry[]) => readonly JsonEntry[],
): JsonNode {
  if (node.kind === "array") {
    return { kind: "array", items: node.items.map((item) => reordered(item, order)) };
  }
  if (node.kind !== "object") return node;
  const entries = order(node.entries);
  return {
    kind: "object",
    entries: entries.map(([key, value]) => [key, reordered(value, order)] as const),
  };
}
