/**
 * Compares a digest with a stretch of a text, for runtimes without `timingSafeEqual`: every character is looked at, and nothing branches on
 * one. Only the lengths, which are no secret, change how long it takes.
 */
export function isEqual(expected: string, text: string, start: number, end: number): boolean {
  const { length } = expected;
  if (end - start !== length) return false;
  let difference = 0;
  for (let i = 0; i < length; i++)
    difference |= expected.charCodeAt(i) ^ text.charCodeAt(start + i);
  return difference === 0;
}

/** {@link isEqual}, for a whole text. */
export function equal(expected: string, given: string): boolean {
  return isEqual(expected, given, 0, given.length);
}
