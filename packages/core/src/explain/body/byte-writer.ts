import { utf8 } from "../../base/bytes.ts";

/** Texts as UTF-8, one behind the other: made once, they are written many times. */
export interface Pieces {
  readonly bytes: Uint8Array;
  /** The place of the first byte of each piece, and behind the last. */
  readonly starts: Uint32Array;
}

/** No text of JSON or of a form has it. */
const BETWEEN = 0;

/** Encodes texts without NUL. */
export function piecesOf(texts: readonly string[]): Pieces {
  return piecesIn(texts.join("\0"), texts.length);
}

/** Encodes `count` texts that are given as one, with NUL between them. */
export function piecesIn(joined: string, count: number): Pieces {
  const bytes = utf8(joined);
  const starts = new Uint32Array(count + 1);
  let piece = 0;
  for (let at = bytes.indexOf(BETWEEN); at >= 0; at = bytes.indexOf(BETWEEN, at + 1)) {
    starts[++piece] = at + 1;
  }
  starts[count] = bytes.length + 1;
  return { bytes, starts };
}

/** Longer stretches are copied by the platform; for short ones the call costs more. */
const LONG_BYTES = 48;

/** What is written for a byte is at most its escape: `%C3`. */
const LONGEST_OF_BYTE = 3;

/** Puts bytes behind each other, where joining as many texts and encoding them takes ten times as long. */
export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #end = 0;

  /** Writes one of the pieces. */
  put({ bytes, starts }: Pieces, piece: number): void {
    this.#copy(bytes, starts[piece] ?? 0, (starts[piece + 1] ?? 1) - 1);
  }

  /** Writes one piece for each byte. */
  putEach({ bytes, starts }: Pieces, which: Uint8Array): void {
    this.#reserve(LONGEST_OF_BYTE * which.length);
    const into = this.#bytes;
    let at = this.#end;
    for (const byte of which) {
      const end = (starts[byte + 1] ?? 1) - 1;
      for (let i = starts[byte] ?? 0; i < end; i++) into[at++] = bytes[i] ?? 0;
    }
    this.#end = at;
  }

  putAll(bytes: Uint8Array): void {
    this.#copy(bytes, 0, bytes.length);
  }

  putText(text: string): void {
    if (text !== "") this.putAll(utf8(text));
  }

  /** Returns all that was written, and begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#end);
    this.#end = 0;
    return taken;
  }

  #copy(from: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    if (end - start > LONG_BYTES) this.#bytes.set(from.subarray(start, end), this.#end);
    else {
      const into = this.#bytes;
      let at = this.#end;
      for (let i = start; i < end; i++) into[at++] = from[i] ?? 0;
    }
    this.#end += end - start;
  }

  #reserve(length: number): void {
    const needed = this.#end + length;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * needed);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
