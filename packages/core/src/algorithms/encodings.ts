import { base64ToUrl, fromBase64, fromHex, toBase64, toHex } from "../base/bytes.ts";

/**
 * How the bytes of a signature are written. Each is strict: any other character, wrong padding and the other case are malformed.
 * `hex` is in lower case, `hex-upper` in upper case; `hex-any-case` takes either. `base64url` has no padding.
 */
export type SignatureEncoding =
  | "hex"
  | "hex-upper"
  | "hex-any-case"
  | "base64"
  | "base64-unpadded"
  | "base64url";

/** Writes the bytes of a signature. */
export function encodeSignature(bytes: Uint8Array, encoding: SignatureEncoding): string {
  switch (encoding) {
    case "hex":
    case "hex-any-case":
      return toHex(bytes);
    case "hex-upper":
      return toHex(bytes).toUpperCase();
    case "base64":
      return toBase64(bytes);
    case "base64-unpadded":
      return toBase64(bytes).replace(/=+$/, "");
    case "base64url":
      return base64ToUrl(toBase64(bytes));
  }
}

/**
 * Reads the bytes of a signature.
 *
 * @returns undefined unless it is written as {@link encodeSignature} writes it: a signature has one spelling
 */
export function decodeSignature(text: string, encoding: SignatureEncoding): Uint8Array | undefined {
  const isHex = encoding.startsWith("hex");
  const bytes = isHex ? fromHex(text) : fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  const written = encoding === "hex-any-case" ? text.toLowerCase() : text;
  return bytes !== undefined && encodeSignature(bytes, encoding) === written ? bytes : undefined;
}

/** How many characters some bytes have in an encoding. */
export function encodedLength(bytes: number, encoding: SignatureEncoding): number {
  if (encoding.startsWith("hex")) return 2 * bytes;
  return encoding === "base64" ? 4 * Math.ceil(bytes / 3) : Math.ceil((4 * bytes) / 3);
}
