import { concat, textIfUtf8 } from "../../base/bytes.ts";
import { type BodyVariant, but } from "./body-variant.ts";
import type { ReceivedBody } from "./received-body.ts";

const variant = (content: Uint8Array | string, what: string): BodyVariant =>
  but("body_charset", content, what);

/** The characters of the bytes from 0x80 on. Not every runtime's decoder of windows-1252 is one: some Node versions take it for Latin-1. */
const LATIN1 = String.fromCharCode(...Array.from({ length: 128 }, (_, i) => 0x80 + i));
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ" + LATIN1.slice(32);
const HIGH_CHARACTERS = [
  { charset: "latin1", high: LATIN1 },
  { charset: "windows-1252", high: WINDOWS_1252 },
];

/** Undoes that UTF-8 was read as a charset of one byte a character, once or twice, and written as UTF-8. */
export function* misreadBodies({ text }: ReceivedBody): Generator<BodyVariant> {
  if (text === undefined || !/[^\0-\x7f]/.test(text)) return;
  for (const { charset, high } of HIGH_CHARACTERS) {
    const once = oneByteEach(text, high);
    const inner = once && textIfUtf8(once);
    if (once === undefined || inner === undefined) continue;
    yield variant(once, `before it was read as ${charset} and written as UTF-8`);
    const twice = oneByteEach(inner, high);
    if (twice) yield variant(twice, `before it was twice read as ${charset}`);
  }
}

/** Undoes that text was written in another charset, or composed in another way, than the provider writes it. */
export function* recodedBodies({ bytes, text }: ReceivedBody): Generator<BodyVariant> {
  if (bytes.every((byte) => byte < 0x80)) return;
  for (const { charset, high } of HIGH_CHARACTERS) {
    const written = text === undefined ? undefined : oneByteEach(text, high);
    if (written) yield variant(written, `as ${charset}, which was written as UTF-8`);
    let read = "";
    for (const byte of bytes) read += byte < 0x80 ? String.fromCharCode(byte) : high[byte - 0x80];
    yield variant(read, `as UTF-8, which was written as ${charset}`);
  }
  for (const form of ["NFC", "NFD"]) {
    const normal = text?.normalize(form);
    if (normal !== undefined && normal !== text) {
      yield variant(normal, `with its characters composed as ${form}`);
    }
  }
}

/** Writes one byte a character; undefined where the charset lacks one. */
function oneByteEach(text: string, high: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const at = code < 0x80 ? -0x80 : high.indexOf(text.charAt(i));
    if (at === -1) return undefined;
    bytes[i] = code < 0x80 ? code : 0x80 + at;
  }
  return bytes;
}

/** Undoes that UTF-16 became UTF-8, or the other way round. */
export function* wideBodies({ bytes, text }: ReceivedBody): Generator<BodyVariant> {
  for (const isLittle of text === undefined ? [] : [true, false]) {
    const wide = utf16Of(text ?? "", isLittle);
    const what = `in UTF-16 (${isLittle ? "little" : "big"} endian), which became UTF-8`;
    yield variant(wide, what);
    const mark = Uint8Array.from(isLittle ? [0xff, 0xfe] : [0xfe, 0xff]);
    yield variant(concat([mark, wide]), what);
  }
  for (const label of ["utf-16le", "utf-16be"]) {
    const narrow = fromUtf16(bytes, label);
    if (narrow !== undefined) yield variant(narrow, "in UTF-8, which became UTF-16");
  }
}

function utf16Of(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), isLittle);
  return bytes;
}

/** Decodes UTF-16; undefined where the bytes don't look like it: every second one of ASCII is 0. */
function fromUtf16(body: Uint8Array, label: string): string | undefined {
  if (body.length % 2 !== 0 || !body.subarray(0, 8).includes(0)) return undefined;
  try {
    return new TextDecoder(label, { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
