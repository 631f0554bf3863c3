import { fromBase64, toBase64 } from "../base/bytes.ts";
import type { Uncovered } from "../scheme/scheme.ts";
import type { WebhookEvent } from "./event.ts";

/** An event as JSON can carry it, through a queue or a database. */
export interface EventJson {
  readonly provider: string;
  readonly id?: string;
  readonly type?: string;
  /** ISO 8601. */
  readonly timestamp?: string;
  readonly unsigned: readonly Uncovered[];
  /** Missing where the body is bytes, or where there is none. */
  readonly body?: unknown;
  /** The body in base64, where it is bytes. */
  readonly bodyBase64?: string;
  readonly rawBodyBase64: string;
  readonly key?: string;
  readonly secretId?: string;
  readonly tenant?: string;
}

const UNCOVERED: readonly unknown[] = ["id", "type", "timestamp", "body"] satisfies Uncovered[];
const TEXTS = ["id", "type", "key", "secretId", "tenant"] as const;

/**
 * Returns the event as plain data for `JSON.stringify`, bytes in base64.
 *
 * A body made by a `schema` is written as `JSON.stringify` writes it: a `Date` in it becomes text.
 *
 * @example
 * ```ts
 * const event = await verify(delivery, { provider: github, secret });
 * const text = JSON.stringify(eventToJson(event));
 * // Later, in another process:
 * const same = eventFrom(JSON.parse(text));
 * ```
 */
export function eventToJson(event: WebhookEvent): EventJson {
  const { provider, timestamp, unsigned, body, rawBody } = event;
  const texts = TEXTS.map((name) => [name, event[name]] as const);
  return {
    provider,
    ...Object.fromEntries(texts.filter(([, text]) => text !== undefined)),
    ...(timestamp && { timestamp: timestamp.toISOString() }),
    unsigned,
    ...(body instanceof Uint8Array
      ? { bodyBase64: toBase64(body) }
      : body !== undefined && { body }),
    rawBodyBase64: toBase64(rawBody),
  };
}

/**
 * Returns the event that {@link eventToJson} wrote.
 *
 * Verifies no signature. Only read what your own code has written: anybody who can write to the queue can write an event.
 *
 * @param json - the parsed JSON
 * @throws `TypeError`, which names the field that is missing or malformed
 */
export function eventFrom(json: unknown): WebhookEvent {
  const fields = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
  const { provider, unsigned, timestamp, body, bodyBase64, rawBodyBase64 } = fields;
  if (typeof provider !== "string") throw malformed("provider");
  if (!Array.isArray(unsigned) || !unsigned.every((fact) => UNCOVERED.includes(fact))) {
    throw malformed("unsigned");
  }
  return {
    provider,
    id: textOf(fields, "id"),
    type: textOf(fields, "type"),
    timestamp: timestamp === undefined ? undefined : dateOf(timestamp),
    unsigned: unsigned as Uncovered[],
    body: bodyBase64 === undefined ? body : bytesIn(bodyBase64, "bodyBase64"),
    rawBody: bytesIn(rawBodyBase64, "rawBodyBase64"),
    key: textOf(fields, "key"),
    secretId: textOf(fields, "secretId"),
    tenant: textOf(fields, "tenant"),
  };
}

function textOf(fields: Record<string, unknown>, name: (typeof TEXTS)[number]): string | undefined {
  const text = fields[name];
  if (text === undefined || typeof text === "string") return text;
  throw malformed(name);
}

function dateOf(timestamp: unknown): Date {
  const date = new Date(typeof timestamp === "string" ? timestamp : Number.NaN);
  if (Number.isNaN(date.getTime())) throw malformed("timestamp");
  return date;
}

function bytesIn(base64: unknown, name: string): Uint8Array {
  const bytes = typeof base64 === "string" ? fromBase64(base64) : undefined;
  if (bytes === undefined) throw malformed(name);
  return bytes;
}

function malformed(field: string): TypeError {
  return new TypeError(
    `This is not an event that eventToJson() wrote: its field ${field} is missing or malformed. Pass the parsed JSON, not its text.`,
  );
}
