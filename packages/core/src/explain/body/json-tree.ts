/** A JSON value that kept what `JSON.parse` loses: the order of all keys, repeated keys, and how numbers were written. */
export type JsonNode =
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, JsonNode])[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly raw: string; readonly index: number }
  | { readonly kind: "word"; readonly raw: string };

/** A number of the document and the key that it stands under. */
export interface JsonNumber {
  readonly raw: string;
  readonly key: string;
}

/** A document with what decides which ways of writing it differ. */
export interface JsonDocument {
  readonly root: JsonNode;
  readonly source: string;
  /** In the order of the document; a number's `index` is its place here. */
  readonly numbers: readonly JsonNumber[];
}

/** Strings, numbers and words, and the punctuation between them. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;

const MAX_DEPTH = 200;

/** Reads a document; undefined where it is not JSON, or nested beyond reason. */
export function readJson(source: string): JsonDocument | undefined {
  try {
    JSON.parse(source);
  } catch {
    return undefined;
  }
  // From here on the text is known to be JSON: what the next token is needs no check.
  const tokens = source.match(TOKEN) ?? [];
  const numbers: JsonNumber[] = [];
  let at = 0;
  const root = read(0, "");
  return root && { root, source, numbers };

  function read(depth: number, key: string): JsonNode | undefined {
    const token = tokens[at++];
    if (token === undefined || depth > MAX_DEPTH) return undefined;
    if (token === "{") return readObject(depth);
    if (token === "[") return readArray(depth, key);
    if (token.startsWith('"')) return { kind: "string", text: textOf(token) };
    if (token === "true" || token === "false" || token === "null")
      return { kind: "word", raw: token };
    numbers.push({ raw: token, key });
    return { kind: "number", raw: token, index: numbers.length - 1 };
  }

  function readObject(depth: number): JsonNode | undefined {
    const entries: [string, JsonNode][] = [];
    while (tokens[at] !== "}") {
      const key = textOf(tokens[at] ?? '""');
      at += 2;
      const value = read(depth + 1, key);
      if (value === undefined) return undefined;
      entries.push([key, value]);
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
  return JSON.parse(token) as string;
}

/** The document as it stands, with each string and number written anew. */
export function rewriteTokens(
  { source }: JsonDocument,
  writeString: (text: string) => string,
  writeNumber: (index: number) => string,
): string {
  let index = 0;
  return source.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return writeString(textOf(token));
    return /^[-\d]/.test(token) ? writeNumber(index++) : token;
  });
}
