import type { ChallengeAnswer } from "./definition.ts";
import { parsePointer, select } from "../base/json-pointer.ts";

/** Longer than any provider's value, and short enough that nobody uses an endpoint to serve pages of theirs. */
const MAX_VALUE_LENGTH = 2048;

// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/** Base64 in both alphabets, UUIDs, numbers: what challenges are made of, and what no JSON object or array is. */
const TOKEN = /^[A-Za-z0-9._~+/=-]+$/;

/** Tells whether an answer contains an HMAC under the secret. */
export function hasHmac(answer: ChallengeAnswer): boolean {
  return (
    answer !== "text" && Object.values(answer?.json ?? {}).some((text) => text.includes("{hmac."))
  );
}

/** The text at a place of a body. */
export function valueAt(body: unknown, pointer: string): string | undefined {
  const value = select(body, parsePointer(pointer) ?? [])[0];
  return typeof value === "string" ? value : undefined;
}

/** Tells whether a value may be sent back. */
export function isAnswerable(value: string): boolean {
  return value !== "" && value.length <= MAX_VALUE_LENGTH && !CONTROL_CHARACTER.test(value);
}

/** Tells whether signing a value cannot sign a body: `123` and `true` are JSON, too. */
export function isToken(value: string): boolean {
  if (!TOKEN.test(value) || value.length > MAX_VALUE_LENGTH) return false;
  try {
    JSON.parse(value);
    return false;
  } catch {
    return true;
  }
}
