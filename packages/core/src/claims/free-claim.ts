import { type ClaimHolder, claimOf } from "./claim-of.ts";
import type { Claim, FreeClaimTerms } from "./claim.ts";
import { later } from "./later.ts";
import { LazySignal } from "./lazy-signal.ts";
import { type Settlement, ToldOnce } from "./settlement.ts";

/** Makes a claim on nothing: where no record is kept, or the store is away and events are accepted all the same. */
export function freeClaim(token: string, terms: FreeClaimTerms): Claim {
  return claimOf(undefined, token, new FreeClaim(terms), terms.told);
}

class FreeClaim implements ClaimHolder {
  readonly lost = new LazySignal();
  readonly #told: ToldOnce;
  readonly #overdue: ReturnType<typeof setTimeout>;
  #settlement: Settlement | undefined;

  constructor({ maxProcessingMs, onOverdue, told }: FreeClaimTerms) {
    this.#told = new ToldOnce(told);
    this.#overdue = later(maxProcessingMs, () => onOverdue?.());
  }

  settle(isProcessed: boolean, cause?: unknown): boolean {
    const wanted = isProcessed ? "completed" : "released";
    clearTimeout(this.#overdue);
    this.#settlement ??= wanted;
    this.#told.settled(this.#settlement, cause, cause !== undefined);
    return this.#settlement === wanted;
  }
}
