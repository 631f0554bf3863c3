import type { Awaitable } from "../base/awaitable.ts";
import type { Claim } from "./claim.ts";

/** Ends a claim; answers at once where the store does. `status`: that of the answer which goes out now, where it is known. */
export type SettleClaim = (
  isProcessed: boolean,
  cause?: unknown,
  status?: number,
) => Awaitable<boolean>;

/** The key under which a claim of this package keeps the function that ends it. */
export const SETTLE: unique symbol = Symbol("countersign.settle");

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
  const own = claim as Claim & { readonly [SETTLE]?: SettleClaim };
  if (own[SETTLE] !== undefined) return own[SETTLE](isProcessed, cause);
  return isProcessed ? claim.complete() : claim.release(cause);
}

/**
 * For adapters: ends a claim by the status of the answer, which goes out now. 2xx completes it, anything else gives it back.
 *
 * @param status the final status of the response
 */
export function settleByStatus(claim: Claim, status: number): Awaitable<boolean> {
  const isProcessed = status >= 200 && status <= 299;
  const own = claim as Claim & { readonly [SETTLE]?: SettleClaim };
  if (own[SETTLE] !== undefined) return own[SETTLE](isProcessed, undefined, status);
  return isProcessed ? claim.complete() : claim.release();
}
