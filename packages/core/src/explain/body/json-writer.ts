import { utf8 } from "../../base/bytes.ts";
import type { ByteWriter, Pieces } from "./byte-writer.ts";
import type { Layout } from "./json-styles.ts";
import { hasEntries, type JsonNode } from "./json-tree.ts";

/** The strings, numbers and words of a document as they are to be written. */
export interface Leaves {
  readonly string: Pieces;
  readonly number: Pieces;
  readonly word: Pieces;
}

/** What stands around the entries of a list or object at one depth. */
interface Frame {
  readonly open: Uint8Array;
  readonly between: Uint8Array;
  readonly close: Uint8Array;
  /** The whole, where it has no entries. */
  readonly empty: Uint8Array;
  readonly innerDepth: number;
}

/** Writes trees in one layout. */
export class JsonWriter {
  readonly #layout: Layout;
  readonly #into: ByteWriter;
  readonly #colon: Uint8Array;
  readonly #frames: { readonly array: Frame[]; readonly object: Frame[] } = {
    array: [],
    object: [],
  };

  constructor(layout: Layout, into: ByteWriter) {
    this.#layout = layout;
    this.#into = into;
    this.#colon = utf8(layout.colon);
  }

  write(node: JsonNode, leaves: Leaves, depth = 0): void {
    const into = this.#into;
    if (!hasEntries(node)) {
      into.put(leaves[node.kind], node.index);
      return;
    }
    const frame = (this.#frames[node.kind][depth] ??= frameOf(node.kind, this.#layout, depth));
    if (node.entries.length === 0) {
      into.putAll(frame.empty);
      return;
    }
    let before = frame.open;
    for (const [key, value] of node.entries) {
      into.putAll(before);
      if (key !== undefined) {
        into.put(leaves.string, key);
        into.putAll(this.#colon);
      }
      this.write(value, leaves, frame.innerDepth);
      before = frame.between;
    }
    into.putAll(frame.close);
  }
}

function frameOf(kind: "array" | "object", layout: Layout, depth: number): Frame {
  const { indent, afterItem, newline = "\n", spacedArrays, tallEmpties } = layout;
  const [open, close] = kind === "array" ? ["[", "]"] : ["{", "}"];
  const isSpaced = spacedArrays && kind === "array";
  const end = newline + indent.repeat(depth);
  const [inside, behind] = isSpaced ? [" ", " "] : indent === "" ? ["", ""] : [end + indent, end];
  const tall = kind === "array" ? newline + end : end;
  const empty = tallEmpties ? tall : spacedArrays ? " " : "";
  return {
    open: utf8(open + inside),
    between: utf8((isSpaced ? "," : afterItem) + inside),
    close: utf8(behind + close),
    empty: utf8(open + empty + close),
    innerDepth: isSpaced ? depth : depth + 1,
  };
}
