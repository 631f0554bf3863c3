import { concat, textIfUtf8, utf8 } from "../../base/bytes.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body-variant.ts";
import type { FindingCode } from "../finding.ts";

const BOM = new Uint8Array([0xef, 0xbb, 0xbf]);
const CR = 0x0d;
const LF = 0x0a;

type Variant = (code: FindingCode, bytes: Uint8Array, what: string) => BodyVariant;

const variantOf =
  (body: Uint8Array): Variant =>
  (code, bytes, what) => ({
    bytes,
    mistake: {
      code,
      evidence: `The signature fits the body ${what} (${bytes.length} bytes were signed, ${body.length} were passed).`,
      remedy: KEEP_THE_BYTES,
    },
  });

/** Changes that editors, shells and text functions make: line ends, and a byte order mark. */
export function* textBodies(body: Uint8Array): Generator<BodyVariant> {
  const variant = variantOf(body);

  for (const end of [[LF], [CR, LF]]) {
    const shown = end.length === 1 ? "a newline" : "CRLF";
    const bytes = new Uint8Array(end);
    yield variant(
      "body_newline",
      concat([body, bytes]),
      `with ${shown} at its end, which was lost`,
    );
    if (end.every((byte, i) => body.at(i - end.length) === byte)) {
      const kept = body.subarray(0, body.length - end.length);
      yield variant("body_newline", kept, `without ${shown} at its end, which was added`);
    }
  }
  const trimmed = trim(body);
  if (trimmed.length < body.length) {
    yield variant("body_newline", trimmed, "without the white space around it, which was added");
  }

  if (startsWith(body, BOM)) {
    yield variant("body_bom", body.subarray(3), "without the byte order mark, which was added");
  } else {
    yield variant("body_bom", concat([BOM, body]), "with a byte order mark, which was lost");
  }

  if (body.includes(LF)) {
    const lf = body.filter((byte, i) => byte !== CR || body[i + 1] !== LF);
    const crlf = new Uint8Array(lf.length + lf.filter((byte) => byte === LF).length);
    let end = 0;
    for (const byte of lf) {
      if (byte === LF) crlf[end++] = CR;
      crlf[end++] = byte;
    }
    yield variant("body_line_endings", crlf, "with CRLF at the line ends, which became LF");
    yield variant("body_line_endings", lf, "with LF at the line ends, which became CRLF");
  }
}

/** More than one line end that was trimmed. */
export function* blankLineBodies(body: Uint8Array): Generator<BodyVariant> {
  for (const end of ["\n\n", "\r\n\r\n"]) {
    const bytes = concat([body, utf8(end)]);
    yield variantOf(body)("body_newline", bytes, "with two line ends behind it, which were lost");
  }
}

/** Bytes that were read as text of another charset and written again. */
export function* recodedBodies(body: Uint8Array): Generator<BodyVariant> {
  const variant = variantOf(body);
  if (body.some((byte) => byte > 0x7f)) {
    for (const { bytes, what } of otherCharsets(body)) yield variant("body_charset", bytes, what);
  }
}

function* otherCharsets(body: Uint8Array): Generator<{ bytes: Uint8Array; what: string }> {
  // Where it is none, it is perhaps UTF-8 that was written in a charset of one byte a character.
  const text = textIfUtf8(body);
  for (const charset of ["latin1", "windows-1252"] as const) {
    const high = charset === "latin1" ? undefined : windows1252();
    if (text !== undefined) {
      const bytes = oneByteEach(text, high);
      if (bytes) {
        yield { bytes, what: `before it was read as ${charset} and written as UTF-8` };
        const twice = textIfUtf8(bytes);
        const original = twice === undefined ? undefined : oneByteEach(twice, high);
        if (original) yield { bytes: original, what: `before it was twice read as ${charset}` };
      }
    }
    let read = "";
    for (const byte of body) read += high?.[byte - 0x80] ?? String.fromCharCode(byte);
    yield { bytes: utf8(read), what: `as UTF-8, which was written as ${charset}` };
  }
  if (text !== undefined) {
    for (const form of ["NFC", "NFD"] as const) {
      const normal: string = text.normalize(form);
      if (normal !== text) {
        yield { bytes: utf8(normal), what: `with its characters composed as ${form}` };
      }
    }
  }
}

/** @param high the characters of the bytes from 0x80 on, where they are not those of Latin-1 */
function oneByteEach(text: string, high: string | undefined): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const at = code < 0x80 ? -1 : (high?.indexOf(text.charAt(i)) ?? -1);
    if (at >= 0) bytes[i] = 0x80 + at;
    else if (code <= 0xff) bytes[i] = code;
    else return undefined;
  }
  return bytes;
}

/** The runtime's own table: what the web calls Latin-1 is windows-1252. */
function windows1252(): string {
  return new TextDecoder("windows-1252").decode(new Uint8Array(128).map((_, i) => 0x80 + i));
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

function trim(bytes: Uint8Array): Uint8Array {
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LF || byte === CR;
}
