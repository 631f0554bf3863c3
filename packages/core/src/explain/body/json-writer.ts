import type { Layout } from "./json-styles.ts";
import type { JsonNode } from "./json-tree.ts";

/** Writes a tree in one layout, with its strings and numbers as they are given. */
export function writeJson(
  root: JsonNode,
  layout: Layout,
  strings: readonly string[],
  numbers: readonly string[],
): string {
  const writer = new JsonWriter(layout, strings, numbers);
  writer.write(root, "\n");
  return writer.pieces.join("");
}

class JsonWriter {
  readonly pieces: string[] = [];
  readonly #layout: Layout;
  readonly #strings: readonly string[];
  readonly #numbers: readonly string[];

  constructor(layout: Layout, strings: readonly string[], numbers: readonly string[]) {
    this.#layout = layout;
    this.#strings = strings;
    this.#numbers = numbers;
  }

  write(node: JsonNode, newline: string): void {
    const { colon, spacedArrays = false } = this.#layout;
    switch (node.kind) {
      case "string":
        this.pieces.push(this.#strings[node.index] ?? "");
        break;
      case "number":
        this.pieces.push(this.#numbers[node.index] ?? "");
        break;
      case "word":
        this.pieces.push(node.raw);
        break;
      case "array":
        if (spacedArrays) this.#writeSpaced(node.items, newline);
        else this.#writeAll("[]", node.items, newline, (item, deeper) => this.write(item, deeper));
        break;
      case "object":
        if (spacedArrays && node.entries.length === 0) this.pieces.push("{ }");
        else {
          this.#writeAll("{}", node.entries, newline, ([key, value], deeper) => {
            this.pieces.push(this.#strings[key] ?? "", colon);
            this.write(value, deeper);
          });
        }
    }
  }

  #writeSpaced(items: readonly JsonNode[], newline: string): void {
    this.pieces.push("[");
    for (const [at, item] of items.entries()) {
      this.pieces.push(at > 0 ? ", " : " ");
      this.write(item, newline);
    }
    this.pieces.push(" ]");
  }

  #writeAll<Item>(
    [open = "", close = ""]: string,
    items: readonly Item[],
    newline: string,
    write: (item: Item, deeper: string) => void,
  ): void {
    const { indent, afterItem, tallEmpties = false } = this.#layout;
    if (items.length === 0 && tallEmpties) {
      this.pieces.push(open, open === "[" ? "\n" : "", newline, close);
      return;
    }
    const deeper = indent === "" ? "" : newline + indent;
    this.pieces.push(open);
    let between = deeper;
    for (const item of items) {
      this.pieces.push(between);
      write(item, newline + indent);
      between = afterItem + deeper;
    }
    this.pieces.push((indent === "" || items.length === 0 ? "" : newline) + close);
  }
}
