import type { HeadersLike } from "../delivery/headers.ts";

/** A header's name in lower case, and its value. */
export type HeaderPair = readonly [name: string, value: string];

/** No delivery that is worth an explanation has more. */
const MAX_HEADERS = 100;
const MAX_VALUE_LENGTH = 8192;

/** Returns a delivery's headers one by one, whatever they came as. */
export function headerPairs(headers: HeadersLike): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  for (const [name, value] of entriesOf(headers)) {
    if (pairs.length === MAX_HEADERS) break;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof name === "string" && typeof one === "string" && one.length <= MAX_VALUE_LENGTH) {
        pairs.push([name.toLowerCase(), one]);
      }
    }
  }
  return pairs;
}

function entriesOf(headers: HeadersLike): Iterable<readonly [unknown, unknown]> {
  if (Array.isArray(headers)) return headers as readonly (readonly [string, string])[];
  const { entries } = headers as { entries?: unknown };
  if (typeof entries === "function") {
    return entries.call(headers) as Iterable<readonly [unknown, unknown]>;
  }
  return Object.entries(headers);
}
