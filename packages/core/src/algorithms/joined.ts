import { concat, latin1 } from "../base/bytes.ts";
import type { Part } from "../hmac/backend.ts";

/** Puts the parts of the signed content behind each other. A text has one byte a character. */
export function joined(content: readonly Part[]): Uint8Array {
  const [only] = content;
  if (content.length === 1 && only instanceof Uint8Array) return only;
  return concat(
    content.map((part) => (typeof part === "string" ? (latin1(part) ?? new Uint8Array()) : part)),
  );
}
