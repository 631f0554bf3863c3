import { percentDecoded } from "./decoding.ts";

/** The escapes that HubSpot decodes before it signs; others decode everything. */
const DECODED_BY_HUBSPOT = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

const MAX_PARAMETERS = 20;

/** The ways in which frameworks and proxies write a query, and what they do to its parameters. */
const WRITINGS: readonly (readonly [
  what: string,
  write: (parameters: readonly string[]) => readonly string[],
])[] = [
  [
    "with its query decoded",
    (parameters) => parameters.map((it) => it.replace(DECODED_BY_HUBSPOT, decodeURIComponent)),
  ],
  ["with its query decoded", (parameters) => parameters.map(decoded)],
  ["with its query sorted", (parameters) => parameters.toSorted()],
  ["with its query reversed", (parameters) => parameters.toReversed()],
  [
    "with its query encoded",
    (parameters) => parameters.map((it) => it.split("=").map(encoded).join("=")),
  ],
  [
    'with "+" in its query, which became "%20"',
    (parameters) => parameters.map((it) => it.replaceAll("%20", "+")),
  ],
  [
    'with "%20" in its query, which became "+"',
    (parameters) => parameters.map((it) => it.replaceAll("+", "%20")),
  ],
];

/** Writes a query, which begins with a question mark or is empty, in each way that changes it. */
export function queryWritings(query: string): (readonly [written: string, what: string])[] {
  const parameters = query.slice(1).split("&", MAX_PARAMETERS + 1);
  if (query.length <= 1 || parameters.length > MAX_PARAMETERS) return [];
  const written = WRITINGS.map(
    ([what, write]) => [`?${write(parameters).join("&")}`, what] as const,
  );
  const shorter = parameters.map((_, place) => {
    const others = parameters.filter((__, index) => index !== place);
    return [
      others.length === 0 ? "" : `?${others.join("&")}`,
      "without one parameter of its query, which was added",
    ] as const;
  });
  return [...written, ...shorter].filter(([text]) => text !== query);
}

/** Undoes percent-encoding; where there is an escape that is none, nobody could. */
function decoded(text: string): string {
  return percentDecoded(text) ?? text;
}

/** Percent-encodes a name or value once, whether it was before or not. */
function encoded(text: string): string {
  return encodeURIComponent(decoded(text));
}
