/** Throws unless the condition holds; `message` says what was expected. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Throws unless both values are written alike as JSON. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const found = JSON.stringify(actual);
  const wanted = JSON.stringify(expected);
  assert(found === wanted, `${what}: expected ${wanted}, got ${found}`);
}
