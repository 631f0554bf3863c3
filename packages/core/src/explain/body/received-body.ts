import { textIfUtf8 } from "../../base/bytes.ts";
import { parsedJson } from "../decoding.ts";
import { type JsonDocument, readJson } from "./json-tree.ts";

/** A body as it was received, with what it can be read as; each reading is done once, and only where somebody asks. */
export class ReceivedBody {
  readonly bytes: Uint8Array;
  #text: { readonly is: string | undefined } | undefined;
  #json: { readonly is: JsonDocument | undefined } | undefined;
  #value: { readonly is: unknown } | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The text, where it is UTF-8. */
  get text(): string | undefined {
    return (this.#text ??= { is: textIfUtf8(this.bytes) }).is;
  }

  /** The parsed JSON; undefined where it is none. */
  get value(): unknown {
    return (this.#value ??= { is: parsedJson(this.text) }).is;
  }

  /** The JSON with all that parsing loses; undefined where it is none, or nested beyond reason. */
  get json(): JsonDocument | undefined {
    return (this.#json ??= {
      is: this.value === undefined ? undefined : readJson(this.text ?? ""),
    }).is;
  }
}
