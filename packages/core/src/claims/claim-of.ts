import type { Awaitable } from "../base/awaitable.ts";
import type { Claim } from "./claim.ts";
import type { LazySignal } from "./lazy-signal.ts";
import type { SettlementCallbacks } from "./settlement.ts";

/** Ends a claim; answers at once where the store does. */
export type SettleClaim = (isProcessed: boolean, cause?: unknown) => Awaitable<boolean>;

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
  lost: LazySignal,
  settle: SettleClaim,
  onEnding?: SettlementCallbacks["onEnding"],
): Claim {
  return new ClaimOfHolder(key, token, lost, settle, onEnding);
}

/** Its methods are its own properties, so that they can be taken off it: `const { complete } = claim`. */
export class ClaimOfHolder implements Claim {
  readonly key: string | undefined;
  readonly token: string;
  readonly #lost: LazySignal;
  readonly #settle: SettleClaim;
  readonly #onEnding: SettlementCallbacks["onEnding"];
  #isEnding = false;
  #works: Promise<unknown>[] | undefined;

  constructor(
    key: string | undefined,
    token: string,
    lost: LazySignal,
    settle: SettleClaim,
    onEnding: SettlementCallbacks["onEnding"],
  ) {
    this.key = key;
    this.token = token;
    this.#lost = lost;
    this.#settle = settle;
    this.#onEnding = onEnding;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  readonly complete = async (): Promise<boolean> => this.settle(true);

  readonly release = async (cause?: unknown): Promise<boolean> => this.settle(false, cause);

  readonly waitUntil = (work: Promise<unknown>): void => {
    const watched = Promise.resolve(work);
    (this.#works ??= []).push(watched);
    // A rejection is told even where the claim is never completed, or was before.
    watched.catch((error: unknown) => this.#settle(false, error));
  };

  /** Does what `complete` and `release` do; answers at once where the store does. `status`: that of the answer which goes out now, where it is known. */
  settle(isProcessed: boolean, cause?: unknown, status?: number): Awaitable<boolean> {
    if (!this.#isEnding) {
      this.#isEnding = true;
      this.#onEnding?.(status);
    }
    if (!isProcessed || this.#works === undefined) return this.#settle(isProcessed, cause);
    const ended = Promise.all(this.#works).then(
      () => this.#settle(true),
      (error: unknown) => this.#settle(false, error),
    );
    endings.set(this, ended);
    return true;
  }
}

/** For adapters on runtimes that stop when the response is sent: resolves when the work handed to a claim has ended. */
export function workOf(claim: Claim): Promise<unknown> {
  return endings.get(claim) ?? Promise.resolve();
}
