import type { Awaitable } from "../base/awaitable.ts";
import type { Claim } from "./claim.ts";
import type { LazySignal } from "./lazy-signal.ts";
import type { SettlementCallbacks } from "./settlement.ts";

/** What holds a claim: in a store, or nowhere. */
export interface ClaimHolder {
  readonly lost: LazySignal;
  /** Ends the claim; answers at once where the store does. */
  settle(isProcessed: boolean, cause?: unknown): Awaitable<boolean>;
}

/** When the work that was handed to a claim has ended, and the claim with it. */
const endings = new WeakMap<Claim, Promise<unknown>>();

/**
 * Puts a claim together, as its holder sees it.
 *
 * With `waitUntil` completing answers at once, and the claim is completed when the work has ended. Work that rejects releases the claim.
 * If that is too late, the claim tells of the error all the same.
 */
export function claimOf(
  key: string | undefined,
  token: string,
  holder: ClaimHolder,
  told: SettlementCallbacks,
): Claim {
  return new ClaimOfHolder(key, token, holder, told);
}

/** Its methods are its own properties, so that they can be taken off it: `const { complete } = claim`. */
export class ClaimOfHolder implements Claim {
  readonly key: string | undefined;
  readonly token: string;
  readonly #holder: ClaimHolder;
  readonly #told: SettlementCallbacks;
  #isEnding = false;
  #works: Promise<unknown>[] | undefined;

  constructor(
    key: string | undefined,
    token: string,
    holder: ClaimHolder,
    told: SettlementCallbacks,
  ) {
    this.key = key;
    this.token = token;
    this.#holder = holder;
    this.#told = told;
  }

  get signal(): AbortSignal {
    return this.#holder.lost.signal;
  }

  readonly complete = async (): Promise<boolean> => this.settle(true);

  readonly release = async (cause?: unknown): Promise<boolean> => this.settle(false, cause);

  readonly waitUntil = (work: Promise<unknown>): void => {
    const watched = Promise.resolve(work);
    (this.#works ??= []).push(watched);
    // A rejection is told even where the claim is never completed, or was before.
    watched.catch((error: unknown) => this.#holder.settle(false, error));
  };

  /** Does what `complete` and `release` do; answers at once where the store does. `status`: that of the answer which goes out now, where it is known. */
  settle(isProcessed: boolean, cause?: unknown, status?: number): Awaitable<boolean> {
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#told.onEnding?.(status);
    }
    if (!isProcessed || this.#works === undefined) return this.#holder.settle(isProcessed, cause);
    const ended = Promise.all(this.#works).then(
      () => this.#holder.settle(true),
      (error: unknown) => this.#holder.settle(false, error),
    );
    endings.set(this, ended);
    return true;
  }
}

/** For adapters on runtimes that stop when the response is sent: resolves when the work handed to a claim has ended. */
export function workOf(claim: Claim): Promise<unknown> {
  return endings.get(claim) ?? Promise.resolve();
}
