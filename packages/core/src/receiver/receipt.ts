import { WebhookError, type WebhookErrorCode } from "../base/errors.ts";
import type { Claim } from "../claims/claim.ts";
import type { Settlement } from "../claims/settlement.ts";
import type { WebhookEvent } from "../verify/event.ts";
import type { Answer } from "../delivery/answer.ts";
import type { RequestFacts } from "./request-facts.ts";

/**
 * The decision about a delivery. `response` is the answer to send; an accepted delivery is answered by its handler.
 */
export type Receipt<Event extends WebhookEvent = WebhookEvent> =
  /** Verified, and yours to process: run the handler, then settle the claim. */
  | { readonly status: "accepted"; readonly event: Event; readonly claim: Claim }
  /** Verified, and stored in the receiver's `inbox`: a worker processes it. Only a receiver with an inbox says so. */
  | { readonly status: "stored"; readonly event: Event; readonly response: Answer }
  /** Verified, and processed before. */
  | { readonly status: "duplicate"; readonly event: Event; readonly response: Answer }
  /** Verified, and being processed right now by somebody else. */
  | {
      readonly status: "in_flight";
      readonly event: Event;
      readonly retryAfterSeconds: number;
      readonly response: Answer;
    }
  /** A registration handshake; the provider waits for `response`. */
  | { readonly status: "challenge"; readonly event?: Event; readonly response: Answer }
  /** Not verified, or not to be taken now. */
  | { readonly status: "rejected"; readonly error: WebhookError; readonly response: Answer };

/**
 * One record a delivery for `onReceipt`, fit for a structured log. It never contains a body or a secret.
 *
 * Of a rejected delivery nothing is verified: what it says of itself may be as forged as the rest.
 */
export interface ReceiptRecord extends RequestFacts {
  readonly provider: string;
  readonly endpoint: string;
  readonly outcome: Receipt["status"];
  /** How the claim of an accepted or stored delivery ended. `lost` and `failed` may mean a second run. */
  readonly settlement?: Settlement;
  /** Why a delivery was rejected. */
  readonly code?: WebhookErrorCode;
  /** Why, in words: what happened, and what to change. For the log alone. */
  readonly message?: string;
  /**
   * The error behind `code`, without a stack or a `cause` that may quote the body; what the handler threw; or why the store failed. For
   * the log alone.
   */
  readonly error?: unknown;
  /**
   * A correction: the handler failed when the record of this delivery had been given already, as it had answered before or its claim was
   * lost. `error` is what it failed with, and all else is as in that record.
   */
  readonly late?: true;
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly tenant?: string | undefined;
  /** Which configured secret matched, so that it can be seen when the old one is no longer used. */
  readonly secretId?: string | undefined;
  /** The length of the verified body. */
  readonly bytes?: number;
  /** How long before its arrival the event's `timestamp` is, in milliseconds by the receiver's clock, where it has one. */
  readonly ageMs?: number | undefined;
  /** How long the store took to answer, in milliseconds; a part of `decisionMs`. */
  readonly claimMs?: number;
  /** How long it waited while another delivery of the event was processed (`whileInFlight`), in milliseconds; a part of `decisionMs`. */
  readonly waitedMs?: number;
  /** How long the receiver took to decide, in milliseconds: reading, verifying, asking the store, waiting. */
  readonly decisionMs: number;
  /** How long an accepted delivery then took until its claim was settled, in milliseconds. */
  readonly processingMs?: number;
  /** It was answered, or is still unanswered, after the provider's deadline (`delivery.deadlineSeconds`): the provider takes it for failed. */
  readonly deadlinePassed?: true;
  /** The 2xx that the handler answered with, where the provider does not count it as success (`delivery.successStatuses`). */
  readonly statusNotAccepted?: number;
}

/** Causes that may quote the body, or say no more than that the sender has left. */
const UNTOLD_CAUSES: ReadonlySet<WebhookErrorCode> = new Set(["schema_mismatch", "body_aborted"]);

/**
 * Returns the error as a record may contain it: without the words of a validator, and without a stack. It leads through this package
 * only, and would fill the log of whoever is sent forgeries. The stack of a `cause` stays.
 */
export function errorOfRecord(error: WebhookError): WebhookError {
  const shown = UNTOLD_CAUSES.has(error.code) ? new WebhookError(error.code, error.message) : error;
  shown.stack = `${shown.name}: ${shown.message}`;
  return shown;
}
