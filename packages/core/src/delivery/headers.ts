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
  // Node's own headers, first: they are in lower case already.
  const own = Object.hasOwn(headers, name) && (headers as Readonly<Record<string, unknown>>)[name];
  return typeof own === "string" ? own : searched(headers, name);
}

/** For `Headers`, pairs and hand-made records. In a function of its own, so that the usual case stays small enough to be inlined. */
function searched(headers: HeadersLike, name: string): string | undefined {
  const { get } = headers as { get?: unknown };
  if (typeof get === "function") {
    const value: unknown = get.call(headers, name);
    return typeof value === "string" ? value : undefined;
  }
  let found: string | undefined;
  const add = (key: string, value: HeaderValue): void => {
    if (value === undefined || key.toLowerCase() !== name) return;
    const text = [value].flat().join(", ");
    found = found === undefined ? text : `${found}, ${text}`;
  };
  if (Array.isArray(headers)) {
    for (const [key, value] of headers as readonly (readonly [string, HeaderValue])[])
      add(key, value);
    return found;
  }
  // Nearly always a header that is not there, among many that are: no list of pairs is made to find that out.
  const record = headers as Readonly<Record<string, HeaderValue>>;
  for (const key in record) {
    if (key.length === name.length && Object.hasOwn(record, key)) add(key, record[key]);
  }
  return found;
}

type HeaderValue = string | readonly string[] | undefined;
