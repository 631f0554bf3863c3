import type { Attempt } from "./attempt.ts";
import type { PublishedEvent } from "./event.ts";

/**
 * Says where a delivery stands.
 *
 * `delivered`: it was received · `retrying`: it waits in the queue for its next attempt · `held`: its subscription is disabled, and it is sent
 * when that is enabled again · `failed`: no attempt is left · `gone`: the endpoint wants no more · `expired`: it was held for longer than
 * `maxAgeSeconds` · `dropped`: more than `maxCount` were held, and it was the oldest.
 */
export type DeliveryOutcome =
  | "delivered"
  | "retrying"
  | "held"
  | "failed"
  | "gone"
  | "expired"
  | "dropped";

/** How many attempts were made, and how they went. */
export interface DeliveryTotals {
  readonly attempts: number;
  readonly successful: number;
  readonly failed: number;
  /** When the last attempt began, ISO 8601; undefined before the first. */
  readonly lastAttempt?: string;
}

/** One event to one subscription. */
export interface Delivery {
  readonly eventId: string;
  readonly type: string;
  readonly outcome: DeliveryOutcome;
  readonly attempts: readonly Attempt[];
  readonly totals: DeliveryTotals;
  /** When it is tried again, ISO 8601; only where it is `retrying`. */
  readonly nextAttemptAt?: string;
  /** Since when it is held, ISO 8601; only where it is `held`. */
  readonly heldSince?: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** The part of a delivery that is kept so that it can be sent again. */
export interface KeptDelivery {
  readonly subscriptionId: string;
  readonly event: PublishedEvent;
}

/** Limits how much is held for a disabled subscription. */
export interface HoldPolicy {
  /** How long a delivery is held, in seconds; then it ends as `expired`. Default 604 800 (7 days). */
  readonly maxAgeSeconds: number;
  /** How many deliveries are held for each subscription; the oldest make room as `dropped`. Default 1000. */
  readonly maxCount: number;
}

/** Adds up a delivery's attempts. */
export function totalsOf(attempts: readonly Attempt[]): DeliveryTotals {
  const successful = attempts.filter(({ error }) => error === undefined).length;
  const last = attempts.at(-1);
  return {
    attempts: attempts.length,
    successful,
    failed: attempts.length - successful,
    ...(last !== undefined && { lastAttempt: last.at }),
  };
}
