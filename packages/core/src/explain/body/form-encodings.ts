import { utf8 } from "../../base/bytes.ts";
import { firstOfEach } from "../first-of-each.ts";
import { ByteWriter, type Pieces, piecesOf } from "./byte-writer.ts";

/** A field of a form, decoded. */
export type FormField = readonly [name: string, value: string];

/** A way to percent-encode a form. */
interface Encoder {
  readonly how: string;
  /** What is written for each byte. */
  readonly written: Pieces;
  /** The same, but for brackets: they are left alone. */
  readonly withBrackets: Pieces;
}

/** A form, or a part of one, in one encoding. */
interface Encoded {
  readonly signed: Uint8Array;
  readonly how: string;
}

/** @param keeps the characters it leaves alone, of those that only some do */
function encoder(how: string, keeps: string, space: "+" | "%20", isLowerCase = false): Encoder {
  const written = (kept: string): Pieces =>
    piecesOf(
      Array.from({ length: 256 }, (_, byte) => {
        const character = String.fromCharCode(byte);
        if (/[\w.-]/.test(character) || kept.includes(character)) return character;
        const hex = byte.toString(16).padStart(2, "0");
        return character === " " ? space : `%${isLowerCase ? hex : hex.toUpperCase()}`;
      }),
    );
  return { how, written: written(keeps), withBrackets: written(`${keeps}[]`) };
}

const ENCODERS: readonly Encoder[] = [
  encoder("encoded as browsers do", "*", "+"),
  encoder("encoded by encodeURIComponent", "!'()*~", "%20"),
  encoder("encoded as Python does", "~", "+"),
  encoder("encoded as RFC 3986 says", "~", "%20"),
  encoder("encoded as PHP does", "", "+"),
  encoder("encoded as .NET does", "!()*", "+", true),
  encoder("encoded with lower-case hex", "~", "+", true),
  encoder("encoded with lower-case hex", "!'()*~", "%20", true),
];

const into = new ByteWriter();

/** Encodes a form in the ways of browsers, JavaScript, PHP, Python and .NET, its brackets also left as they are. */
export function* encodings(fields: readonly FormField[]): Generator<Encoded> {
  const pairs = fields.map(([name, value]) => [utf8(name), utf8(value)] as const);
  const encoders = differentEncoders(pairs.flat());
  if (pairs.length === 0) return;
  for (const { how, written } of encoders) yield { signed: form(pairs, written, written), how };
  if (!fields.some(([name]) => name.includes("["))) return;
  for (const { how, written, withBrackets } of encoders) {
    yield { signed: form(pairs, withBrackets, written), how: `${how}, with bare brackets` };
  }
}

/** Encodes the value of a field in the same ways. */
export function* valueEncodings(value: Uint8Array): Generator<Encoded> {
  for (const { how, written } of differentEncoders([value])) {
    into.putEach(written, value);
    yield { signed: into.take(), how };
  }
}

function form(
  pairs: readonly (readonly [name: Uint8Array, value: Uint8Array])[],
  ofNames: Pieces,
  ofValues: Pieces,
): Uint8Array {
  for (const [at, [name, value]] of pairs.entries()) {
    if (at > 0) into.putText("&");
    into.putEach(ofNames, name);
    into.putText("=");
    into.putEach(ofValues, value);
  }
  return into.take();
}

/** Returns the encoders that write these texts in different ways. */
function differentEncoders(texts: readonly Uint8Array[]): readonly Encoder[] {
  const isUsed = new Uint8Array(256);
  for (const text of texts) for (const byte of text) isUsed[byte] = 1;
  const used = Uint8Array.from(isUsed.keys()).filter((byte) => isUsed[byte] === 1);
  return firstOfEach(ENCODERS, ({ written }) => {
    into.putEach(written, used);
    return String.fromCharCode(...into.take());
  });
}
