import type { Claim, ClaimStore } from "@countersign/core";
import { holdClaim } from "@countersign/core/adapter";
import type { ItemLease, TakenItem } from "./engine.ts";

/** An item that this worker may process. */
export interface HeldItem {
  readonly claim: Claim;
  /** Tells whether the handler's transaction has marked the item as done. */
  readonly isDoneInTransaction: () => boolean;
}

/** How an item is held. */
export interface HoldTerms {
  /** Claims of events that were handled, for an engine that can't take part in a transaction. */
  readonly store: ClaimStore | undefined;
  readonly queue: string;
  readonly timeoutMs: number;
}

/** How long an event stays with a worker that died; one that lives renews it. As long as an attempt, within these bounds. */
const SHORTEST_LEASE_MS = 2000;
const LEASE_MS = 10_000;
const STORE_TIMEOUT_MS = 5000;
/** The engine may bring an item again for as long as it is tried. */
const RETENTION_MS = 30 * 24 * 3600 * 1000;
const LONGEST_WAIT_MS = 1000;
/** Longer than a dead worker's lease: waiting for its end must use up no attempt. */
const GIVE_UP_MS = 3 * LEASE_MS;

/**
 * Takes the right to process an item.
 *
 * @returns undefined where the item was processed before, so that there is nothing left to do
 * @throws where the store is away, or another worker is at the same item
 */
export async function holdItem(item: TakenItem, terms: HoldTerms): Promise<HeldItem | undefined> {
  const { store, queue, timeoutMs } = terms;
  const claimTerms = {
    leaseMs: item.lease?.leaseMs ?? Math.min(LEASE_MS, Math.max(SHORTEST_LEASE_MS, timeoutMs)),
    // The attempt's own timeout comes first.
    maxProcessingMs: timeoutMs + LEASE_MS,
    retentionMs: RETENTION_MS,
    storeTimeoutMs: STORE_TIMEOUT_MS,
    freshMs: 0,
    told: { onSettled: () => {}, onLateError: () => {} },
  };
  if (store === undefined) {
    const { lease } = item;
    let isDone = false;
    const claims = lease === undefined ? FREE : claimsOf(lease, (done) => (isDone = done));
    const token = lease?.token ?? crypto.randomUUID();
    return {
      claim: holdClaim(claims, item.id, token, performance.now(), claimTerms),
      isDoneInTransaction: () => isDone,
    };
  }
  const key = `inbox/${queue}/${item.id}`;
  const token = crypto.randomUUID();
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  for (;;) {
    const askedAtMs = performance.now();
    const result = await store.claim(key, { token, leaseMs: claimTerms.leaseMs });
    if (result.status === "processed") return undefined;
    if (result.status === "claimed") {
      const claim = holdClaim(store, key, token, askedAtMs, claimTerms);
      return { claim, isDoneInTransaction: () => false };
    }
    // A worker that died, or one that has the same event a second time.
    const waitMs = Math.min(result.retryAfterMs, LONGEST_WAIT_MS);
    if (performance.now() + waitMs > giveUpAtMs) {
      throw new Error("Another worker has been at this event for too long to wait for it.");
    }
    await new Promise((resolve) => {
      setTimeout(resolve, waitMs);
    });
  }
}

/** An item that its engine holds by itself. */
const FREE: ClaimStore = {
  claim: () => ({ status: "claimed" }),
  extend: () => true,
  complete: () => true,
  release: () => true,
};

/** The engine's lease, in the form that claims are held in. Its end is not written here: the outcome of the attempt says more. */
function claimsOf(lease: ItemLease, noteDone: (isDone: boolean) => void): ClaimStore {
  const noted = (isDone: boolean): boolean => {
    noteDone(isDone);
    return isDone;
  };
  return {
    ...FREE,
    extend: () => lease.extend(),
    completeIn(client) {
      const done = lease.completeIn(client);
      return typeof done === "boolean" ? noted(done) : done.then(noted);
    },
  };
}
