import { configError } from "../base/errors.ts";

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
  if (!headers) throw configError("The delivery has no headers.");
  const { get } = headers as { get?: unknown };
  if (typeof get === "function") {
    const value: unknown = get.call(headers, name);
    return typeof value === "string" ? value : undefined;
  }
  // Node's own headers are in lower case already: what follows is for lists, pairs and hand-made records.
  const own = Object.hasOwn(headers, name) && (headers as Readonly<Record<string, unknown>>)[name];
  if (typeof own === "string") return own;
  const pairs: readonly (readonly [string, HeaderValue])[] = Array.isArray(headers)
    ? headers
    : Object.entries(headers as Readonly<Record<string, HeaderValue>>);
  let found: string | undefined;
  for (const [key, value] of pairs) {
    if (value === undefined || key.length !== name.length || key.toLowerCase() !== name) continue;
    const text = [value].flat().join(", ");
    found = found === undefined ? text : `${found}, ${text}`;
  }
  return found;
}

type HeaderValue = string | readonly string[] | undefined;
