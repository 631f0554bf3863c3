import {
  type Delivery,
  type DeliveryOutcome,
  type HoldPolicy,
  type KeptDelivery,
  totalsOf,
} from "./delivery.ts";
import { type Entry, memoryEntries } from "./memory-entries.ts";
import {
  type AttemptReport,
  type DeliveryLease,
  type DeliverySelection,
  type RecordOptions,
} from "./subscription-store.ts";

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
  const kept = memoryEntries();
  return {
    forget: (subscriptionId) => kept.forget(subscriptionId),
    record({ subscriptionId, outcome, attempt }, { event, nextAttemptAt }) {
      const before = kept.of(subscriptionId).get(event.id)?.attempts ?? [];
      kept.put({
        subscriptionId,
        event,
        outcome,
        attempts: [...before, attempt],
        updatedMs: Date.now(),
        ...(nextAttemptAt !== undefined && { nextAttemptMs: nextAttemptAt.getTime() }),
      });
    },
    hold({ subscriptionId, event }, { maxCount }) {
      const own = kept.of(subscriptionId);
      const before = own.get(event.id);
      if (before?.outcome === "held" && before.leaseToken === undefined) return;
      const held = [...own.values()].filter(({ outcome }) => outcome === "held");
      for (const oldest of held.slice(0, Math.max(0, held.length + 1 - maxCount))) {
        kept.put(ended(oldest, "dropped"));
      }
      const nowMs = Date.now();
      kept.put({
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
      for (const entry of kept.all()) {
        if (entry.outcome === "held" && (entry.heldSinceMs ?? 0) < beforeMs) {
          kept.put(ended(entry, "expired"));
        }
      }
    },
    lease(selection, { token, leaseMs, limit }) {
      const nowMs = Date.now();
      const chosen = kept
        .all()
        .filter(
          (entry) =>
            (selection.select === "one" || (entry.leasedUntilMs ?? 0) <= nowMs) &&
            isSelected(entry, selection, isActive, nowMs),
        )
        .slice(0, limit);
      for (const entry of chosen) {
        kept.replace({ ...entry, leaseToken: token, leasedUntilMs: nowMs + leaseMs });
      }
      return chosen.map(({ subscriptionId, event }) => ({ subscriptionId, event }));
    },
    markQueued(token) {
      for (const entry of kept.all()) {
        if (entry.leaseToken !== token) continue;
        kept.put({ ...ended(entry, "retrying"), nextAttemptMs: Date.now() });
      }
    },
    list: (subscriptionId, { limit, outcome }) =>
      [...kept.of(subscriptionId).values()]
        .filter((entry) => outcome === undefined || entry.outcome === outcome)
        .toReversed()
        .slice(0, limit)
        .map(shownEntry),
  };
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
