/** Returns the first of the values that have the same name. */
export function firstOfEach<T>(values: readonly T[], nameOf: (value: T) => string): T[] {
  const first = new Map<string, T>();
  for (const value of values) {
    const name = nameOf(value);
    if (!first.has(name)) first.set(name, value);
  }
  return [...first.values()];
}
