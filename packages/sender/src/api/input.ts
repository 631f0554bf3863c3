import type { DeliveryOutcome } from "../delivery.ts";
import type { Redelivery } from "../publisher.ts";
import { InvalidSubscription } from "../subscription-input.ts";
import { hasControlCharacter, isText } from "../text.ts";

const MAX_INPUT_BYTES = 64 * 1024;
const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
const OUTCOMES = Object.keys({
  delivered: true,
  retrying: true,
  held: true,
  failed: true,
  gone: true,
  expired: true,
  dropped: true,
} satisfies Record<DeliveryOutcome, true>);
const NO_TEXT = "It must be text of 1 to 256 characters, none of them a control character.";

/** Makes the error of one field. */
export function invalid(field: string, message: string): InvalidSubscription {
  return new InvalidSubscription([{ field, message }]);
}

/** Reads the JSON in a body; `empty` stands for no body. */
export async function readInput(request: Request, empty?: unknown): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += (piece as Uint8Array).length;
    if (length > MAX_INPUT_BYTES) {
      throw invalid("", `The body is longer than ${MAX_INPUT_BYTES} bytes.`);
    }
    pieces.push(piece);
  }
  if (length === 0 && empty !== undefined) return empty;
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8")) as unknown;
  } catch {
    throw invalid("", "The body is not JSON.");
  }
}

/** Reads `limit`. */
export function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get("limit") ?? DEFAULT_PAGE);
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw invalid("limit", `It must be a whole number from 1 to ${MAX_PAGE}.`);
  }
  return limit;
}

/** Reads `active`. */
export function activeOf(query: URLSearchParams): boolean | undefined {
  const active = query.get("active");
  if (active !== null && active !== "true" && active !== "false") {
    throw invalid("active", "It must be true or false.");
  }
  return active === null ? undefined : active === "true";
}

/** Reads a text of the query. */
export function textOf(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name);
  const isWrong = name === "url" ? hasControlCharacter : (text: string) => !isText(text);
  if (value !== null && value !== "" && isWrong(value)) {
    throw invalid(
      name,
      "It must be text of up to 256 characters, none of them a control character.",
    );
  }
  return value ?? undefined;
}

/** Reads `outcome`. */
export function outcomeOf(query: URLSearchParams): DeliveryOutcome | undefined {
  const outcome = query.get("outcome");
  if (outcome === null) return undefined;
  if (!OUTCOMES.includes(outcome)) {
    throw invalid("outcome", `It must be one of ${OUTCOMES.join(", ")}.`);
  }
  return outcome as DeliveryOutcome;
}

/** Reads the body of a request for a test event. */
export function testEventOf(input: unknown): { type?: string; body?: object } {
  const { type, body } = (input ?? {}) as { type?: unknown; body?: unknown };
  if (type !== undefined && !isText(type)) throw invalid("type", NO_TEXT);
  if (body !== undefined && (typeof body !== "object" || body === null)) {
    throw invalid("body", "It must be an object.");
  }
  return { ...(type !== undefined && { type }), ...(body !== undefined && { body }) };
}

/** Reads which deliveries to send again. */
export function redeliveryOf(input: unknown): Redelivery {
  const { eventId, since } = (input ?? {}) as { eventId?: unknown; since?: unknown };
  if ((eventId === undefined) === (since === undefined)) {
    throw invalid("", 'Give either "eventId", or "since" as a time (ISO 8601).');
  }
  if (eventId !== undefined) {
    if (!isText(eventId)) throw invalid("eventId", NO_TEXT);
    return { eventId };
  }
  const time = new Date(typeof since === "string" ? since : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw invalid("since", 'It must be a time in ISO 8601, such as "2026-02-01T14:00:00Z".');
  }
  return { since: time };
}
