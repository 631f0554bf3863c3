/**
 * A delivery's headers, as people have them at hand: a WHATWG `Headers`, Node's `IncomingHttpHeaders`, a plain record in any
 * case, or pairs.
 */
export type HeadersLike =
  | { get(name: string): string | null; entries(): Iterable<[string, string]> }
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | readonly (readonly [string, string])[];

/**
 * The value of a header; a repeated one is joined with `", "` (RFC 9110, section 5.3).
 *
 * @param name in lower case
 */
export function headerOf(headers: HeadersLike, name: string): string | undefined {
  if (Array.isArray(headers))
    return fromPairs(headers as readonly (readonly [string, string])[], name);
  const get = (headers as { get?: unknown }).get;
  if (typeof get === "function") {
    const value: unknown = get.call(headers, name);
    return typeof value === "string" ? value : undefined;
  }
  const record = headers as Readonly<Record<string, string | readonly string[] | undefined>>;
  if (Object.hasOwn(record, name)) return joined(record[name]);
  // Node's own headers are in lower case already: only a hand-made record gets here with a header that is there.
  for (const key in record) {
    if (key.length === name.length && Object.hasOwn(record, key) && key.toLowerCase() === name) {
      return joined(record[key]);
    }
  }
  return undefined;
}

function joined(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.join(", ");
}

function fromPairs(
  pairs: readonly (readonly [string, string])[],
  name: string,
): string | undefined {
  let found: string | undefined;
  for (const [key, value] of pairs) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}
