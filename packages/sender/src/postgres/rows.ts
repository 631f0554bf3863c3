import { type Delivery, totalsOf } from "../delivery.ts";
import type { Subscription } from "../subscription.ts";

/** A row of the table of subscriptions. */
export interface SubscriptionRow {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly url: string;
  readonly provider: string;
  readonly secrets: string[];
  readonly event_types: string[];
  readonly filter: string;
  readonly form: boolean;
  readonly metadata: Record<string, string>;
  readonly active: boolean;
  readonly disabled_because: "failures" | "gone" | null;
  readonly failure_count: number;
  readonly created_at: Date | string;
  readonly updated_at: Date | string;
}

/** A row of the table of deliveries. */
export interface DeliveryRow {
  readonly event_id: string;
  readonly type: string;
  readonly outcome: Delivery["outcome"];
  readonly attempts: Delivery["attempts"];
  readonly next_attempt_at: Date | string | null;
  readonly held_since: Date | string | null;
  readonly updated_at: Date | string;
}

/** Reads a subscription from its row. */
export function subscriptionOf(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    name: row.name,
    owner: row.owner,
    url: row.url,
    provider: row.provider,
    secrets: row.secrets,
    eventTypes: row.event_types,
    filter: row.filter,
    form: row.form,
    metadata: row.metadata,
    active: row.active,
    ...(row.disabled_because !== null && { disabledBecause: row.disabled_because }),
    failureCount: row.failure_count,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
  };
}

/** Reads a delivery from its row. */
export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    eventId: row.event_id,
    type: row.type,
    outcome: row.outcome,
    attempts: row.attempts,
    totals: totalsOf(row.attempts),
    ...(row.next_attempt_at !== null && { nextAttemptAt: iso(row.next_attempt_at) }),
    ...(row.held_since !== null && { heldSince: iso(row.held_since) }),
    updatedAt: iso(row.updated_at),
  };
}

function iso(time: Date | string): string {
  return new Date(time).toISOString();
}
