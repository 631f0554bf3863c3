const encoder = new TextEncoder();
// Making a decoder costs more than most bodies; decoding whole texts leaves no state in it.
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A delivery's body as people have it at hand. Text is taken as UTF-8. */
export type BodyLike = Uint8Array | ArrayBuffer | string;

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes, without a BOM; throws a `TypeError` where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** {@link decodeUtf8}, with undefined in place of the error. */
export function textIfUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decodeUtf8(bytes);
  } catch {
    return undefined;
  }
}

/** The bytes of a body, without a copy where it is bytes already; undefined for anything that is not a body. */
export function bytesOf(body: unknown): Uint8Array | undefined {
  if (body instanceof Uint8Array) return body;
  if (typeof body === "string") return utf8(body);
  // Bytes of another realm (a vm, a jest environment) are not instances of this realm's classes.
  if (ArrayBuffer.isView(body))
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return kindOf(body) === "ArrayBuffer" ? new Uint8Array(body as ArrayBuffer) : undefined;
}

/** Names the kind of a value, including one of another realm: `ArrayBuffer`, `Promise`, `Object` … */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Puts parts behind each other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** A string of one byte a character, as HTTP header values are, as bytes; undefined where a character is no byte. */
export function latin1(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

/** Lower-case hex text. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/** Bytes of hex text in either case; undefined where it is anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Padded base64 text (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Bytes of base64 text, padded or not, nothing else in it; undefined where it is anything else. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bare = text.replace(/={1,2}$/, "");
  if (bare.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(bare)) return undefined;
  if (bare.length !== text.length && text.length % 4 !== 0) return undefined;
  return latin1(atob(bare));
}

/** base64url without padding (RFC 4648, section 5) of padded base64. */
export function base64ToUrl(text: string): string {
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
