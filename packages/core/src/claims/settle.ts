import type { Awaitable } from "../base/awaitable.ts";
import { ClaimOfHolder } from "./claim-of.ts";
import type { Claim } from "./claim.ts";

/**
 * For adapters: ends a claim like `complete()` and `release()`, but without a promise where the store answers at once, so that a response
 * need not be held back.
 *
 * @param isProcessed true completes the claim, false releases it
 * @param cause what went wrong, for `onReceipt`
 */
export function settleClaim(
  claim: Claim,
  isProcessed: boolean,
  cause?: unknown,
): Awaitable<boolean> {
  return settle(claim, isProcessed, cause);
}

/**
 * For adapters: ends a claim by the status of the answer, which goes out now. 2xx completes it, anything else gives it back.
 *
 * @param status the final status of the response
 */
export function settleByStatus(claim: Claim, status: number): Awaitable<boolean> {
  return settle(claim, status >= 200 && status <= 299, undefined, status);
}

/** Ends a claim of this package, or one that a user has made, who may have only the two methods. */
function settle(
  claim: Claim,
  isProcessed: boolean,
  cause?: unknown,
  status?: number,
): Awaitable<boolean> {
  if (claim instanceof ClaimOfHolder) return claim.settle(isProcessed, cause, status);
  return isProcessed ? claim.complete() : claim.release(cause);
}
