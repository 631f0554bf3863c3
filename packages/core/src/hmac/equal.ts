import type { Candidate } from "./backend.ts";

/**
 * Compares a digest with what a sender gave in a time that tells nothing but whether the lengths are the same, which is no secret: every
 * character is looked at, and nothing branches on one.
 *
 * `timingSafeEqual` would do the same with bytes. To make bytes of both texts costs more than this loop, and cuts a character beyond a byte to
 * one that may be right.
 */
export function isEqual(expected: string, { text, start, end }: Candidate): boolean {
  const { length } = expected;
  if (end - start !== length) return false;
  let difference = 0;
  for (let i = 0; i < length; i++)
    difference |= expected.charCodeAt(i) ^ text.charCodeAt(start + i);
  return difference === 0;
}

/** {@link isEqual}, for a whole text. */
export function equal(expected: string, given: string): boolean {
  return isEqual(expected, { text: given, start: 0, end: given.length });
}
