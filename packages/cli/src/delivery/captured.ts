import { UsageError } from "../base/usage-error.ts";
import type { RecordedDelivery } from "@countersign/sender/testing";

/** Headers as they came: in order, in their own case, repeated ones apart, each byte of a value as one character. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** One delivery with its exact bytes. */
export interface Captured {
  /** When it arrived, in milliseconds since 1970. */
  readonly receivedAtMs: number;
  readonly method: string;
  /** Absolute, as the sender called it. */
  readonly url: string;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  /** The provider's name, if known. */
  readonly provider?: string | undefined;
}

/** Returns the values of a header, joined as RFC 9110 has it; undefined if there is none. */
export function headerValue(headers: HeaderPairs, name: string): string | undefined {
  const values = headers
    .filter(([each]) => each.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(", ");
}

/**
 * Puts headers in place of those of the same name; new ones go to the end.
 *
 * @param changes values by name, in any case
 */
export function withHeaders(
  headers: HeaderPairs,
  changes: Readonly<Record<string, string>>,
): HeaderPairs {
  const left = new Map(Object.entries(changes).map(([name, value]) => [name.toLowerCase(), value]));
  const kept: (readonly [string, string])[] = [];
  const written = new Set<string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const change = left.get(key);
    if (change === undefined) kept.push([name, value]);
    else if (!written.has(key)) kept.push([name, change]);
    written.add(key);
  }
  for (const [key, value] of left) if (!written.has(key)) kept.push([key, value]);
  return kept;
}

/** Writes a delivery as the JSON that `countersign fixture` prints and `fromFixture()` reads. */
export function toRecorded(delivery: Captured): RecordedDelivery {
  const { receivedAtMs, provider, method, url, headers, body } = delivery;
  return {
    countersign: 1,
    receivedAt: new Date(receivedAtMs).toISOString(),
    ...(provider !== undefined && { provider }),
    method,
    url,
    headers,
    body: Buffer.from(body).toString("base64"),
  };
}

/** Tells whether a JSON value is a delivery that Countersign has written. */
export function isRecorded(value: unknown): value is RecordedDelivery {
  return typeof value === "object" && value !== null && "countersign" in value;
}

/**
 * Reads the JSON that {@link toRecorded} wrote.
 *
 * @throws UsageError if a part of it is missing or of another version
 */
export function fromRecorded(recorded: RecordedDelivery): Captured {
  const { receivedAt, provider, method, url, headers, body } = recorded;
  const receivedAtMs = Date.parse(receivedAt);
  if (
    recorded.countersign !== 1 ||
    Number.isNaN(receivedAtMs) ||
    typeof method !== "string" ||
    typeof url !== "string" ||
    typeof body !== "string" ||
    !Array.isArray(headers) ||
    !headers.every(isPair)
  ) {
    throw new UsageError(
      "The JSON is not a delivery of this version of countersign: it needs countersign (1), receivedAt, method, url, headers (pairs) and body (base64).",
    );
  }
  return {
    receivedAtMs,
    method,
    url,
    headers: headers.map(([name = "", value = ""]): [string, string] => [name, value]),
    body: Buffer.from(body, "base64"),
    provider,
  };
}

function isPair(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === "string");
}
