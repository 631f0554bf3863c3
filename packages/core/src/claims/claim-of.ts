import type { Claim } from "./claim.ts";
import type { LazySignal } from "./lazy-signal.ts";
import { SETTLE, type SettleClaim } from "./settle.ts";

/** Puts a claim together, as its holder sees it. */
export function claimOf(
  key: string | undefined,
  token: string,
  lost: LazySignal,
  settle: SettleClaim,
): Claim {
  const claim: Claim & { readonly [SETTLE]: SettleClaim } = {
    key,
    token,
    get signal() {
      return lost.signal;
    },
    complete: async () => settle(true),
    release: async (cause) => settle(false, cause),
    [SETTLE]: settle,
  };
  return claim;
}
