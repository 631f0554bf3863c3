import type { SignatureDefinition } from "../scheme/definition.ts";

const ALPHABET = {
  hex: /^[0-9a-f]+$/,
  base64: /^[A-Za-z0-9+/=]+$/,
  base64url: /^[A-Za-z0-9_-]+$/,
} as const;

/** Whether a separator could be taken for a piece of a signature. */
export function isInsideSignatures(
  separator: string,
  encoding: SignatureDefinition["encoding"],
): boolean {
  return ALPHABET[encoding].test(separator);
}
