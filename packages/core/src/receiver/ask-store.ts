import { type Awaitable, isPending } from "../base/awaitable.ts";
import { withTimeout } from "../base/timeout.ts";
import type { ClaimResult, ClaimStore } from "../claims/claim-store.ts";
import type { LeaseTerms } from "../claims/claim.ts";
import { newToken } from "../claims/token.ts";

/** A question to the store. Each has a token of its own: a claim that the store grants too late is released by it. */
export interface Asked {
  readonly token: string;
  /** By `performance.now()`, from before the store was asked. */
  readonly atMs: number;
  readonly result: Awaitable<ClaimResult>;
}

/**
 * Asks the store for the claim on a key.
 *
 * @param withinMs how long to wait for its answer at the most, where `storeTimeoutMs` is longer
 * @throws what a store throws that answers at once; `result` rejects with what another one does
 */
export function askStore(
  store: ClaimStore,
  key: string,
  { leaseMs, storeTimeoutMs }: LeaseTerms,
  withinMs: number,
): Asked {
  const token = newToken();
  const atMs = performance.now();
  const asked = store.claim(key, { token, leaseMs });
  if (!isPending(asked)) return { token, atMs, result: asked };
  const ms = Math.min(storeTimeoutMs, withinMs);
  return { token, atMs, result: releasedIfLate(store, key, token, asked, ms) };
}

async function releasedIfLate(
  store: ClaimStore,
  key: string,
  token: string,
  asked: Promise<ClaimResult>,
  timeoutMs: number,
): Promise<ClaimResult> {
  try {
    return await withTimeout(asked, timeoutMs);
  } catch (error) {
    // The store may have granted the claim without our knowing: after we gave up, or before its answer was lost. Held until its lease
    // ends, it would block the retry.
    asked
      .then(
        ({ status }) => status === "claimed",
        () => true,
      )
      .then((mayBeOurs) => mayBeOurs && store.release(key, { token }))
      .catch(() => {});
    throw error;
  }
}
