import type { Claim, ClaimStore } from "@countersign/core";

/** What went wrong on purpose. */
export interface Faults {
  storeErrors: number;
  outages: number;
  handlerErrors: number;
  brokenConnections: number;
}

/** How often each operation fails by itself. */
const FAILURES = 0.01;

/** A store that fails now and then, before or after it has done what it was asked, and is away altogether while `isAway`. */
export class FaultyStore implements ClaimStore {
  isAway = false;
  /** The keys whose completion has failed: their events may run again. */
  readonly uncompleted = new Set<string>();
  readonly #store: ClaimStore;
  readonly #faults: Faults;

  constructor(store: ClaimStore, faults: Faults) {
    this.#store = store;
    this.#faults = faults;
  }

  claim: ClaimStore["claim"] = (key, terms) => this.#failing(() => this.#store.claim(key, terms));

  extend: ClaimStore["extend"] = (key, terms) => this.#store.extend(key, terms);

  release: ClaimStore["release"] = (key, terms) =>
    this.#failing(() => this.#store.release(key, terms));

  complete: ClaimStore["complete"] = async (key, terms) => {
    try {
      return await this.#failing(() => this.#store.complete(key, terms));
    } catch (error) {
      this.uncompleted.add(key);
      throw error;
    }
  };

  /** Whether the event behind a claim may run a second time. */
  mayRepeat({ key }: Pick<Claim, "key">): boolean {
    return key === undefined || this.uncompleted.has(key);
  }

  async #failing<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    const before = this.isAway || Math.random() < FAILURES / 2;
    const after = Math.random() < FAILURES / 2;
    if (before || after) this.#faults.storeErrors++;
    if (before) throw new Error("the store is away");
    const result = await work();
    if (after) throw new Error("the store's answer was lost");
    return result;
  }
}
