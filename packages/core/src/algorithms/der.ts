import { concat } from "../base/bytes.ts";

/** One element of DER (ITU-T X.690): its tag and its content. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly whole: Uint8Array;
}

export const SEQUENCE = 0x30;
export const INTEGER = 0x02;
const BIT_STRING = 0x03;

/**
 * Reads the elements that `bytes` consists of.
 *
 * @returns the elements; undefined unless they are DER to the last byte: a length has one spelling, and nothing trails
 */
export function readDer(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = headerAt(bytes, at);
    if (header === undefined || header.end > bytes.length) return undefined;
    elements.push({
      tag: bytes[at] ?? 0,
      content: bytes.subarray(header.start, header.end),
      whole: bytes.subarray(at, header.end),
    });
    at = header.end;
  }
  return elements;
}

/** Reads the one element that `bytes` is, if it has this tag. */
export function readOneDer(bytes: Uint8Array, tag: number): DerElement | undefined {
  const [element, another] = readDer(bytes) ?? [];
  return another === undefined && element?.tag === tag ? element : undefined;
}

/** Writes an element. */
export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concat(contents);
  const { length } = content;
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return concat([Uint8Array.from(header), content]);
}

/** Writes a bit string of whole bytes. */
export function writeBitString(bytes: Uint8Array): Uint8Array {
  return writeDer(BIT_STRING, Uint8Array.of(0), bytes);
}

function headerAt(bytes: Uint8Array, at: number): { start: number; end: number } | undefined {
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  // Indefinite lengths are BER, and no key or certificate has a length of more than 3 bytes.
  if (count === 0 || count > 3 || at + 2 + count > bytes.length) return undefined;
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  const isShortest = length >= 0x80 && length >= 256 ** (count - 1);
  return isShortest ? { start: at + 2 + count, end: at + 2 + count + length } : undefined;
}
