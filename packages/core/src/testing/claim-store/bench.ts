import type { ClaimResult, ClaimStore } from "../../claims/claim-store.ts";
import { assert, assertEqual } from "../assert.ts";

/** Cases by their names. */
export type CaseTable = Readonly<Record<string, (bench: Bench) => Promise<void>>>;

/** Runs work in a transaction, as `ClaimStoreUnderTest` describes it. */
type Transaction = (work: (client: never) => Promise<void>) => Promise<void>;

/** Longer than any test runs. */
export const LONG_MS = 600_000;

/** A store with the calls of the cases written short. */
export class Bench {
  readonly #store: ClaimStore;
  readonly #transaction: Transaction | undefined;
  /** A lease whose end is waited for. */
  readonly shortLeaseMs: number;
  /** A lease that the next call still has to find, however busy the machine is, and whose end is waited for. */
  readonly roomyLeaseMs: number;

  constructor(store: ClaimStore, shortLeaseMs: number, transaction: Transaction | undefined) {
    this.#store = store;
    this.#transaction = transaction;
    this.shortLeaseMs = shortLeaseMs;
    this.roomyLeaseMs = shortLeaseMs * 4;
  }

  newKey(): string {
    return `case:${crypto.randomUUID()}:`;
  }

  /** Returns the same store as another object, which shares nothing else with it. */
  storeOfAnotherProcess(): ClaimStore {
    const store = this.#store;
    return {
      claim: (...args) => store.claim(...args),
      extend: (...args) => store.extend(...args),
      complete: (...args) => store.complete(...args),
      release: (...args) => store.release(...args),
    };
  }

  async claim(key: string, leaseMs: number): Promise<ClaimResult> {
    return this.#store.claim(key, { token: crypto.randomUUID(), leaseMs });
  }

  async extend(key: string, token: string, leaseMs: number): Promise<boolean> {
    return this.#store.extend(key, { token, leaseMs });
  }

  async complete(key: string, token: string, retentionMs: number = LONG_MS): Promise<boolean> {
    return this.#store.complete(key, { token, retentionMs });
  }

  async release(key: string, token: string): Promise<boolean> {
    return this.#store.release(key, { token });
  }

  async completeIn(client: never, key: string, token: string): Promise<boolean> {
    assert(
      this.#store.completeIn !== undefined,
      "a `transaction` was given, but the store has no completeIn",
    );
    return this.#store.completeIn(client, key, { token, retentionMs: LONG_MS });
  }

  async transact(work: (client: never) => Promise<void>): Promise<void> {
    assert(this.#transaction !== undefined, "no `transaction` was given");
    await this.#transaction(work);
  }

  /** Claims, and gives the token. */
  async expectClaimed(key: string, leaseMs: number = LONG_MS): Promise<string> {
    const token = crypto.randomUUID();
    const result = await this.#store.claim(key, { token, leaseMs });
    assertEqual(result, { status: "claimed" }, `claim of ${JSON.stringify(key)}`);
    return token;
  }

  async expectStatus(key: string, status: "in_flight" | "processed"): Promise<void> {
    const result = await this.claim(key, LONG_MS);
    assertEqual(result.status, status, `claim of ${JSON.stringify(key)}`);
  }

  async expectLifecycle(key: string, what: string): Promise<void> {
    const first = await this.expectClaimed(key);
    await this.expectStatus(key, "in_flight");
    assertEqual(await this.extend(key, first, LONG_MS), true, `extend of ${what}`);
    assertEqual(await this.release(key, first), true, `release of ${what}`);
    const second = await this.expectClaimed(key);
    assertEqual(await this.complete(key, second), true, `complete of ${what}`);
    await this.expectStatus(key, "processed");
  }
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
