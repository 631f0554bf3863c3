import { claimOf } from "./claim-of.ts";
import type { Claim, FreeClaimTerms, Settlement } from "./claim.ts";
import { lazySignal } from "./lazy-signal.ts";
import { later } from "./later.ts";

/** Makes a claim on nothing: where no record is kept, or the store is away and events are accepted all the same. */
export function freeClaim(
  token: string,
  { maxProcessingMs, onOverdue, onSettled }: FreeClaimTerms,
): Claim {
  let settled: Settlement | undefined;
  const overdue = later(maxProcessingMs, () => onOverdue?.());
  return claimOf(undefined, token, lazySignal(), (isProcessed, cause) => {
    const wanted = isProcessed ? "completed" : "released";
    clearTimeout(overdue);
    if (settled === undefined) {
      settled = wanted;
      onSettled(wanted, cause);
    }
    return settled === wanted;
  });
}
