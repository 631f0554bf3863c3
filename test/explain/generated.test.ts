import { gzipSync } from "node:zlib";
import type { Delivery } from "@countersign/core";
import { describe, expect, it } from "vitest";
import { delivered, explained, SECRET } from "./deliveries.ts";
import { generatedEvents } from "./generated-bodies.ts";

interface Mistake {
  readonly name: string;
  readonly code: string;
  /** What is signed and sent. */
  readonly sent: (value: object) => string;
  /** What reaches the verifier; undefined where this body is not changed by the mistake. */
  readonly received: (sent: string) => Delivery["body"] | undefined;
  readonly secret?: string;
}

const rewritten = (sent: string): string => JSON.stringify(JSON.parse(sent));
const same = (sent: string): string => sent;
const escaped = (text: string): string =>
  text.replace(/[^\0-~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
/** As Python's `json.dumps` puts it, but for numbers. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return escaped(JSON.stringify(value));
  const entries = Object.entries(value).map(
    ([key, item]) => `${escaped(JSON.stringify(key))}: ${spaced(item)}`,
  );
  return `{${entries.join(", ")}}`;
};
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
};
const compact = (value: object): string => JSON.stringify(value);

const MISTAKES: readonly Mistake[] = [
  {
    name: "pretty JSON written again",
    code: "body_reserialized",
    sent: (value) => JSON.stringify(value, null, 2),
    received: rewritten,
  },
  {
    name: "4 spaces written again",
    code: "body_reserialized",
    sent: (value) => JSON.stringify(value, null, 4),
    received: rewritten,
  },
  {
    name: "Python's JSON written again",
    code: "body_reserialized",
    sent: spaced,
    received: rewritten,
  },
  {
    name: "ASCII escapes written again",
    code: "body_reserialized",
    sent: (value) => escaped(compact(value)),
    received: rewritten,
  },
  {
    name: "slashes of PHP written again",
    code: "body_reserialized",
    sent: (value) => escaped(compact(value)).replaceAll("/", "\\/"),
    received: rewritten,
  },
  {
    name: "compact JSON pretty-printed",
    code: "body_reserialized",
    sent: compact,
    received: (sent) => JSON.stringify(JSON.parse(sent), null, 2),
  },
  {
    name: "floats of Python written again",
    code: "body_reserialized",
    sent: (value) => spaced(value).replace(/("amount": -?\d+)(?=[,}])/, "$1.0"),
    received: rewritten,
  },
  {
    name: "two decimals written again",
    code: "body_reserialized",
    sent: (value) => compact(value).replace(/("amount":-?\d+)(?=[,}])/, "$1.00"),
    received: rewritten,
  },
  {
    name: "sorted keys put in another order",
    code: "body_reserialized",
    sent: (value) => compact(sorted(value) as object),
    received: (sent) =>
      compact(Object.fromEntries(Object.entries(JSON.parse(sent) as object).toReversed())),
  },
  {
    name: "a newline lost",
    code: "body_newline",
    sent: (value) => `${compact(value)}\n`,
    received: (sent) => sent.trimEnd(),
  },
  { name: "a newline added", code: "body_newline", sent: compact, received: (sent) => `${sent}\n` },
  {
    name: "LF made CRLF",
    code: "body_line_endings",
    sent: (value) => JSON.stringify(value, null, 2),
    received: (sent) => sent.replaceAll("\n", "\r\n"),
  },
  {
    name: "a byte order mark lost",
    code: "body_bom",
    sent: (value) => `\ufeff${compact(value)}`,
    received: (sent) => sent.slice(1),
  },
  {
    name: "UTF-8 read as Latin-1",
    code: "body_charset",
    sent: compact,
    received: (sent) => Buffer.from(sent).toString("latin1"),
  },
  {
    name: "gzip still on",
    code: "body_compressed",
    sent: compact,
    received: (sent) => gzipSync(sent),
  },
  {
    name: "base64 around it",
    code: "body_base64",
    sent: compact,
    received: (sent) => Buffer.from(sent).toString("base64"),
  },
  {
    name: "JSON of JSON",
    code: "body_json_string",
    sent: compact,
    received: (sent) => JSON.stringify(sent),
  },
  {
    name: "a field of a form",
    code: "body_form_encoding",
    sent: compact,
    received: (sent) => new URLSearchParams({ payload: sent }).toString(),
  },
  {
    name: "a newline behind the secret",
    code: "secret_whitespace",
    sent: compact,
    received: same,
    secret: `${SECRET}\n`,
  },
  {
    name: "quotes around the secret",
    code: "secret_quoted",
    sent: compact,
    received: same,
    secret: `"${SECRET}"`,
  },
];

const RUNS = 100;

describe("the first finding over generated bodies", () => {
  it.each(MISTAKES)(
    "is the right one in at least nine of ten: $name",
    async ({ code, sent, received, secret = SECRET }) => {
      let right = 0;
      let made = 0;
      const values = generatedEvents(4 * RUNS);
      for (const value of values) {
        if (made === RUNS) break;
        const signed = sent(value);
        const body = received(signed);
        // Not every body is changed by every mistake.
        if (body === undefined || (body === signed && secret === SECRET)) continue;
        made++;
        const { headers } = await delivered(signed);
        const { findings } = await explained({ headers, body }, { secret });
        if (findings[0]?.code === code && findings[0].confidence === "proven") right++;
      }
      expect(made).toBeGreaterThan(RUNS / 5);
      expect(right / made, `${right} of ${made}`).toBeGreaterThanOrEqual(0.9);
    },
  );
});
