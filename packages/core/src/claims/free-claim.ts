import { claimOf, type SettleClaim } from "./claim-of.ts";
import type { Claim, FreeClaimTerms } from "./claim.ts";
import { later } from "./later.ts";
import { LazySignal } from "./lazy-signal.ts";
import { type Settlement, tellOnce } from "./settlement.ts";

/** Makes a claim on nothing: where no record is kept, or the store is away and events are accepted all the same. */
export function freeClaim(
  token: string,
  { maxProcessingMs, onOverdue, told: callbacks }: FreeClaimTerms,
): Claim {
  const told = tellOnce(callbacks);
  let settled: Settlement | undefined;
  const overdue = later(maxProcessingMs, () => onOverdue?.());
  const settle: SettleClaim = (isProcessed, cause) => {
    const wanted = isProcessed ? "completed" : "released";
    clearTimeout(overdue);
    settled ??= wanted;
    told.onSettled(settled, cause, cause !== undefined);
    return settled === wanted;
  };
  return claimOf(undefined, token, new LazySignal(), settle, callbacks.onEnding);
}
