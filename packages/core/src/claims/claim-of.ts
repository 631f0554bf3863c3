import type { Claim } from "./claim.ts";
import type { LazySignal } from "./lazy-signal.ts";
import { SETTLE, type SettleClaim } from "./settle.ts";
import type { SettlementCallbacks } from "./settlement.ts";

/** When the work that was handed to a claim has ended, and the claim with it. */
const endings = new WeakMap<Claim, Promise<unknown>>();

/**
 * Puts a claim together, as its holder sees it.
 *
 * With `waitUntil` completing answers at once, and the claim is completed when the work has ended. Work that rejects releases the claim.
 * Where that is too late, the claim tells of the error all the same.
 */
export function claimOf(
  key: string | undefined,
  token: string,
  lost: LazySignal,
  settle: SettleClaim,
  onEnding?: SettlementCallbacks["onEnding"],
): Claim {
  let works: Promise<unknown>[] | undefined;
  let isEnding = false;
  const settleAfterWork: SettleClaim = (isProcessed, cause, status) => {
    if (!isEnding) {
      isEnding = true;
      onEnding?.(status);
    }
    if (!isProcessed || works === undefined) return settle(isProcessed, cause);
    const ended = Promise.all(works).then(
      () => settle(true),
      (error: unknown) => settle(false, error),
    );
    endings.set(claim, ended);
    return true;
  };
  const claim: Claim & { readonly [SETTLE]: SettleClaim } = {
    key,
    token,
    get signal() {
      return lost.signal;
    },
    complete: async () => settleAfterWork(true),
    release: async (cause) => settleAfterWork(false, cause),
    waitUntil(work) {
      const watched = Promise.resolve(work);
      (works ??= []).push(watched);
      // A rejection is told even where the claim is never completed, or was before.
      watched.catch((error: unknown) => settle(false, error));
    },
    [SETTLE]: settleAfterWork,
  };
  return claim;
}

/** For adapters on runtimes that stop when the response is sent: resolves when the work handed to a claim has ended. */
export function workOf(claim: Claim): Promise<unknown> {
  return endings.get(claim) ?? Promise.resolve();
}
