import type { Answer } from "./answer.ts";
import type { Claim, Settlement } from "../claims/claim.ts";
import { WebhookError, type WebhookErrorCode } from "../base/errors.ts";
import type { WebhookEvent } from "../verify/event.ts";

/** What a receiver decided about a delivery. */
export type Receipt<Event extends WebhookEvent = WebhookEvent> =
  /** Verified, and ours to process: run the handler, then settle the claim. */
  | { readonly status: "accepted"; readonly event: Event; readonly claim: Claim }
  /** Verified, and processed before. */
  | { readonly status: "duplicate"; readonly event: Event }
  /** Verified, and being processed right now by somebody else. */
  | { readonly status: "in_flight"; readonly event: Event; readonly retryAfterSeconds: number }
  /** A registration handshake; `response` is what the provider waits for. */
  | { readonly status: "challenge"; readonly event?: Event; readonly response: Answer }
  /** Not verified, or not to be taken now. */
  | { readonly status: "rejected"; readonly error: WebhookError };

/** What `onReceipt` gets: one record a delivery, fit for a structured log. There is never a body or a secret in it. */
export interface ReceiptRecord {
  readonly provider: string;
  readonly endpoint: string;
  readonly outcome: Receipt["status"];
  /** Of an accepted delivery: how its claim ended. `lost` and `failed` may mean a second run. */
  readonly settlement?: Settlement;
  /** Of a rejected delivery: why. */
  readonly code?: WebhookErrorCode;
  /** The error behind `code`, without a `cause` that may quote the body, or behind a store that failed; for the log alone. */
  readonly error?: unknown;
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly tenant?: string | undefined;
  /** Which configured secret matched, so that it can be seen when the old one is no longer used. */
  readonly secretId?: string | undefined;
  /** The length of the verified body. */
  readonly bytes?: number;
  /** Until the receiver had decided: reading, verifying, and asking the store. */
  readonly decisionMs: number;
  /** Of an accepted delivery: from the decision until its claim was settled. */
  readonly processingMs?: number;
}

/** Errors whose `cause` may quote the body: what a JSON parser, or a validator, says of it. */
const QUOTING_CODES: ReadonlySet<WebhookErrorCode> = new Set(["body_malformed", "schema_mismatch"]);

/** An error as a record may have it, which has no body in it. */
export function errorOfRecord(error: WebhookError): WebhookError {
  return QUOTING_CODES.has(error.code) ? new WebhookError(error.code, error.message) : error;
}

/** The longest that a sender is asked to wait. */
const MAX_RETRY_AFTER_SECONDS = 10;

/** Where a store or a secret is away and nobody knows for how long. */
const UNAVAILABLE_RETRY_AFTER_SECONDS = 5;

/** Whole seconds for a `Retry-After`. */
export function retryAfterSeconds(ms: number): number {
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(ms / 1000)));
}

/** What a receiver knows about the answers that its provider wants. */
interface Answering {
  readonly emptyAnswers: boolean;
}

/**
 * What to answer a sender, for every receipt but `accepted`, whose answer is the handler's.
 *
 * @param receipt what the receiver decided
 * @param receiver the receiver itself: it knows whether its provider wants a body
 */
export function answerTo(
  receipt: Exclude<Receipt, { status: "accepted" }>,
  receiver: Answering,
): Answer {
  switch (receipt.status) {
    case "challenge":
      return receipt.response;
    case "duplicate":
      return bodyAsWanted(json(200, { status: "duplicate" }), receiver);
    case "in_flight": {
      const answer = problem(503, "in_flight", "The event is being processed right now.");
      return bodyAsWanted(retriedAfter(receipt.retryAfterSeconds, answer), receiver);
    }
    case "rejected":
      return answerToError(receipt.error, receiver);
  }
}

/** What to tell a sender of an error: its title, status and code, and nothing else. */
export function answerToError({ code, status, title }: WebhookError, receiver: Answering): Answer {
  const answer = problem(status, code, title);
  return bodyAsWanted(
    status === 503 ? retriedAfter(UNAVAILABLE_RETRY_AFTER_SECONDS, answer) : answer,
    receiver,
  );
}

function retriedAfter(seconds: number, answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, "retry-after": String(seconds) } };
}

function bodyAsWanted(answer: Answer, { emptyAnswers }: Answering): Answer {
  if (!emptyAnswers) return answer;
  const { "content-type": _, ...headers } = answer.headers;
  return { ...answer, headers, body: "" };
}

const PROBLEM = { "content-type": "application/problem+json" };

function problem(status: number, code: string, title: string): Answer {
  return { status, headers: PROBLEM, body: JSON.stringify({ title, status, code }) };
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
