import type { SignatureEncoding } from "../algorithms/encodings.ts";

const ALPHABET: Readonly<Record<SignatureEncoding, RegExp>> = {
  hex: /^[0-9a-f]+$/,
  "hex-upper": /^[0-9A-F]+$/,
  "hex-any-case": /^[0-9a-fA-F]+$/,
  base64: /^[A-Za-z0-9+/=]+$/,
  "base64-unpadded": /^[A-Za-z0-9+/]+$/,
  base64url: /^[A-Za-z0-9_-]+$/,
};

/** Tells whether a separator could be part of a signature. */
export function isInsideSignatures(
  separator: string,
  encoding: SignatureEncoding = "hex",
): boolean {
  return ALPHABET[encoding].test(separator);
}
