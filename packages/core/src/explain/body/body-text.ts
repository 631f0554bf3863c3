import { concat, utf8 } from "../../base/bytes.ts";
import { type BodyVariant, but } from "./body-variant.ts";
import type { ReceivedBody } from "./received-body.ts";

const BOM = new Uint8Array([0xef, 0xbb, 0xbf]);
const CR = 0x0d;
const LF = 0x0a;

/** Undoes what editors, shells and text functions change: line ends, and a byte order mark. */
export function* textBodies({ bytes }: ReceivedBody): Generator<BodyVariant> {
  for (const [end, shown] of [
    ["\n", "a newline"],
    ["\r\n", "CRLF"],
  ] as const) {
    const longer = concat([bytes, utf8(end)]);
    yield but("body_newline", longer, `with ${shown} at its end, which was lost`);
    if (utf8(end).every((byte, i) => bytes.at(i - end.length) === byte)) {
      const shorter = bytes.subarray(0, -end.length);
      yield but("body_newline", shorter, `without ${shown} at its end, which was added`);
    }
  }
  const trimmed = trim(bytes);
  if (trimmed.length < bytes.length) {
    yield but("body_newline", trimmed, "without the white space around it, which was added");
  }
  if (BOM.every((byte, i) => bytes[i] === byte)) {
    yield but("body_bom", bytes.subarray(3), "without the byte order mark, which was added");
  } else {
    yield but("body_bom", concat([BOM, bytes]), "with a byte order mark, which was lost");
  }
  if (bytes.includes(LF)) yield* otherLineEnds(bytes);
}

function* otherLineEnds(bytes: Uint8Array): Generator<BodyVariant> {
  const lf = bytes.filter((byte, i) => byte !== CR || bytes[i + 1] !== LF);
  const crlf = new Uint8Array(lf.length + lf.filter((byte) => byte === LF).length);
  let end = 0;
  for (const byte of lf) {
    if (byte === LF) crlf[end++] = CR;
    crlf[end++] = byte;
  }
  yield but("body_line_endings", crlf, "with CRLF at the line ends, which became LF");
  yield but("body_line_endings", lf, "with LF at the line ends, which became CRLF");
}

/** Puts back more than one line end that was trimmed. */
export function* blankLineBodies({ bytes }: ReceivedBody): Generator<BodyVariant> {
  for (const end of ["\n\n", "\r\n\r\n"]) {
    const longer = concat([bytes, utf8(end)]);
    yield but("body_newline", longer, "with two line ends behind it, which were lost");
  }
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
