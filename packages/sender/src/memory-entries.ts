import type { Attempt } from "./attempt.ts";
import type { DeliveryOutcome } from "./delivery.ts";
import type { PublishedEvent } from "./event.ts";
import { DELIVERIES_KEPT } from "./subscription-store.ts";

/** A delivery as it is kept. */
export interface Entry {
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

/** The deliveries that are kept, by subscription. */
export interface MemoryEntries {
  /** Those of a subscription, by event; the most recent last. */
  of(subscriptionId: string): ReadonlyMap<string, Entry>;
  all(): Entry[];
  /** Puts an entry last. Of those that are not held, the oldest make room. */
  put(entry: Entry): void;
  /** Changes an entry where it stands. Its outcome must be what it was. */
  replace(entry: Entry): void;
  forget(subscriptionId: string): void;
}

/** The deliveries of one subscription. */
interface Own {
  /** By event; the most recent last. */
  readonly entries: Map<string, Entry>;
  /** How many of them are not held. */
  settled: number;
}

/** Keeps deliveries in memory. */
export function memoryEntries(): MemoryEntries {
  const bySubscription = new Map<string, Own>();
  return {
    of: (subscriptionId) => bySubscription.get(subscriptionId)?.entries ?? new Map<string, Entry>(),
    all: () => [...bySubscription.values()].flatMap(({ entries }) => Array.from(entries.values())),
    put(entry) {
      let own = bySubscription.get(entry.subscriptionId);
      if (own === undefined) {
        own = { entries: new Map(), settled: 0 };
        bySubscription.set(entry.subscriptionId, own);
      }
      putLast(own, entry);
    },
    replace(entry) {
      bySubscription.get(entry.subscriptionId)?.entries.set(entry.event.id, entry);
    },
    forget: (subscriptionId) => void bySubscription.delete(subscriptionId),
  };
}

/** Puts an entry last, and removes those for which there is no more room. */
function putLast(own: Own, entry: Entry): void {
  const { entries } = own;
  const before = entries.get(entry.event.id);
  if (before !== undefined) own.settled -= Number(before.outcome !== "held");
  own.settled += Number(entry.outcome !== "held");
  entries.delete(entry.event.id);
  entries.set(entry.event.id, entry);
  if (own.settled <= DELIVERIES_KEPT) return;
  for (const [id, { outcome }] of entries) {
    if (own.settled <= DELIVERIES_KEPT) break;
    if (outcome === "held") continue;
    entries.delete(id);
    own.settled--;
  }
}
