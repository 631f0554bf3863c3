import type { Attempt } from "./attempt.ts";
import {
  type Delivery,
  type DeliveryOutcome,
  type HoldPolicy,
  type KeptDelivery,
  totalsOf,
} from "./delivery.ts";
import type { PublishedEvent } from "./event.ts";
import {
  type AttemptReport,
  DELIVERIES_KEPT,
  type DeliveryLease,
  type DeliverySelection,
  type RecordOptions,
} from "./subscription-store.ts";

/** A delivery as it is kept. */
interface Entry {
  readonly subscriptionId: string;
  readonly event: PublishedEvent;
  readonly outcome: DeliveryOutcome;
  readonly attempts: readonly Attempt[];
  readonly nextAttemptMs?: number;
  readonly heldSinceMs?: number;
  readonly updatedMs: number;
  readonly leaseToken?: string;
  readonly leasedUntilMs?: number;
}

/** The deliveries of subscriptions in memory: see the methods of `SubscriptionStore`. */
export interface MemoryDeliveries {
  forget(subscriptionId: string): void;
  record(report: AttemptReport, options: RecordOptions): void;
  hold(delivery: KeptDelivery, policy: HoldPolicy): void;
  expireHeld(policy: HoldPolicy): void;
  lease(selection: DeliverySelection, lease: DeliveryLease): KeptDelivery[];
  markQueued(token: string): void;
  list(
    subscriptionId: string,
    options: { readonly limit: number; readonly outcome?: DeliveryOutcome | undefined },
  ): Delivery[];
}

/** Keeps the deliveries of subscriptions in memory. */
export function memoryDeliveries(isActive: (subscriptionId: string) => boolean): MemoryDeliveries {
  /** By subscription, then by event; the most recent last. */
  const entries = new Map<string, Map<string, Entry>>();

  const put = (entry: Entry): void => {
    const own = entries.get(entry.subscriptionId) ?? new Map<string, Entry>();
    entries.set(entry.subscriptionId, own);
    putLast(own, entry);
  };

  const all = (): Entry[] => [...entries.values()].flatMap((own) => Array.from(own.values()));
  return {
    forget: (subscriptionId) => void entries.delete(subscriptionId),
    record({ subscriptionId, outcome, attempt }, { event, nextAttemptAt }) {
      const before = entries.get(subscriptionId)?.get(event.id)?.attempts ?? [];
      put({
        subscriptionId,
        event,
        outcome,
        attempts: [...before, attempt],
        updatedMs: Date.now(),
        ...(nextAttemptAt !== undefined && { nextAttemptMs: nextAttemptAt.getTime() }),
      });
    },
    hold({ subscriptionId, event }, { maxCount }) {
      const own = entries.get(subscriptionId);
      const before = own?.get(event.id);
      if (before?.outcome === "held" && before.leaseToken === undefined) return;
      const held = [...(own?.values() ?? [])].filter(({ outcome }) => outcome === "held");
      for (const oldest of held.slice(0, Math.max(0, held.length + 1 - maxCount))) {
        put(ended(oldest, "dropped"));
      }
      const nowMs = Date.now();
      put({
        subscriptionId,
        event,
        outcome: "held",
        attempts: before?.attempts ?? [],
        heldSinceMs: before?.heldSinceMs ?? nowMs,
        updatedMs: nowMs,
      });
    },
    expireHeld({ maxAgeSeconds }) {
      const beforeMs = Date.now() - maxAgeSeconds * 1000;
      for (const entry of all()) {
        if (entry.outcome === "held" && (entry.heldSinceMs ?? 0) < beforeMs) {
          put(ended(entry, "expired"));
        }
      }
    },
    lease(selection, { token, leaseMs, limit }) {
      const nowMs = Date.now();
      const chosen = all()
        .filter(
          (entry) =>
            (selection.select === "one" || (entry.leasedUntilMs ?? 0) <= nowMs) &&
            isSelected(entry, selection, isActive, nowMs),
        )
        .slice(0, limit);
      for (const entry of chosen) {
        const leased = { ...entry, leaseToken: token, leasedUntilMs: nowMs + leaseMs };
        entries.get(entry.subscriptionId)?.set(entry.event.id, leased);
      }
      return chosen.map(({ subscriptionId, event }) => ({ subscriptionId, event }));
    },
    markQueued(token) {
      for (const entry of all()) {
        if (entry.leaseToken !== token) continue;
        put({ ...ended(entry, "retrying"), nextAttemptMs: Date.now() });
      }
    },
    list: (subscriptionId, { limit, outcome }) =>
      [...(entries.get(subscriptionId)?.values() ?? [])]
        .filter((entry) => outcome === undefined || entry.outcome === outcome)
        .toReversed()
        .slice(0, limit)
        .map(shownEntry),
  };
}

/** Puts an entry last, and removes those for which there is no more room. */
function putLast(own: Map<string, Entry>, entry: Entry): void {
  own.delete(entry.event.id);
  own.set(entry.event.id, entry);
  let tooMany = -DELIVERIES_KEPT;
  for (const { outcome } of own.values()) tooMany += Number(outcome !== "held");
  for (const [id, { outcome }] of own) {
    if (tooMany <= 0) break;
    if (outcome === "held") continue;
    own.delete(id);
    tooMany--;
  }
}

function ended(entry: Entry, outcome: DeliveryOutcome): Entry {
  const { subscriptionId, event, attempts } = entry;
  return { subscriptionId, event, attempts, outcome, updatedMs: Date.now() };
}

/** The outcomes that came to nothing. */
const UNSENT: ReadonlySet<DeliveryOutcome> = new Set(["failed", "gone", "expired", "dropped"]);

function isSelected(
  entry: Entry,
  selection: DeliverySelection,
  isActive: (subscriptionId: string) => boolean,
  nowMs: number,
): boolean {
  const { subscriptionId, event, outcome } = entry;
  const isOverdue = (overdueMs: number): boolean =>
    outcome === "retrying" && nowMs - (entry.nextAttemptMs ?? nowMs) >= overdueMs;
  switch (selection.select) {
    case "held":
      return (
        outcome === "held" &&
        (selection.subscriptionId ?? subscriptionId) === subscriptionId &&
        isActive(subscriptionId)
      );
    case "lost":
      return isOverdue(selection.overdueMs);
    case "one":
      return subscriptionId === selection.subscriptionId && event.id === selection.eventId;
    case "since":
      return (
        subscriptionId === selection.subscriptionId &&
        entry.updatedMs >= selection.since.getTime() &&
        (UNSENT.has(outcome) || isOverdue(selection.overdueMs))
      );
    default:
      return false;
  }
}

function shownEntry(entry: Entry): Delivery {
  const { event, outcome, attempts, nextAttemptMs, heldSinceMs, updatedMs } = entry;
  return {
    eventId: event.id,
    type: event.type,
    outcome,
    attempts,
    totals: totalsOf(attempts),
    ...(nextAttemptMs !== undefined && { nextAttemptAt: new Date(nextAttemptMs).toISOString() }),
    ...(heldSinceMs !== undefined && { heldSince: new Date(heldSinceMs).toISOString() }),
    updatedAt: new Date(updatedMs).toISOString(),
  };
}
