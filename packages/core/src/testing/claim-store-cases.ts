import type { ClaimStore } from "../claims/claim-store.ts";
import { atOnceCases } from "./claim-store/at-once.ts";
import { Bench } from "./claim-store/bench.ts";
import { claimingCases } from "./claim-store/claiming.ts";
import { keyCases } from "./claim-store/keys.ts";
import { leaseCases } from "./claim-store/leases.ts";
import { transactionCases } from "./claim-store/transactions.ts";
import { waitingCases } from "./claim-store/waiting.ts";

/** One statement about a store. `run` rejects where it does not hold. */
export interface ClaimStoreCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** The store that {@link claimStoreCases} examines. */
export interface ClaimStoreUnderTest {
  /**
   * Gives a store that is ready for use. Called once in each case; may give the same one every time, and it need not be empty, since
   * every case takes keys of its own.
   */
  readonly createStore: () => ClaimStore | Promise<ClaimStore>;
  /**
   * A short lease, in milliseconds: the cases about lapsed leases really wait for it. Longer than the step of the store's clock,
   * and a quarter of the longest pause that store and machine may make between two calls. Default 200.
   */
  readonly shortLeaseMs?: number;
  /**
   * For stores with `completeIn`: runs `work` in a transaction as a user would, commits when it resolves, and rolls back and
   * rejects when it rejects. `client` is what `completeIn` takes.
   */
  readonly transaction?: (work: (client: never) => Promise<void>) => Promise<void>;
}

/**
 * The conformance suite of claim stores: what a receiver relies on, each as a case of its own, for any test runner.
 *
 * To write a store for another database, implement the four methods of {@link ClaimStore} so that each is one conditional write
 * there, and run these cases against the real server. They take about thirty times `shortLeaseMs`.
 *
 * @param underTest how to get a store, and what is special about it
 * @returns the cases, independent of each other; they may run at the same time
 *
 * @example
 * ```ts
 * import { claimStoreCases } from "@countersign/core/testing";
 * import { describe, it } from "node:test";
 *
 * describe("dynamoStore", () => {
 *   for (const { name, run } of claimStoreCases({ createStore: () => dynamoStore({ client, table }) })) {
 *     it(name, run);
 *   }
 * });
 * ```
 */
export function claimStoreCases({
  createStore,
  shortLeaseMs = 200,
  transaction,
}: ClaimStoreUnderTest): readonly ClaimStoreCase[] {
  const tables = {
    ...claimingCases,
    ...leaseCases,
    ...atOnceCases,
    ...keyCases,
    ...waitingCases,
    ...(transaction !== undefined && transactionCases),
  };
  return Object.entries(tables).map(([name, run]) => ({
    name,
    run: async () => run(new Bench(await createStore(), shortLeaseMs, transaction)),
  }));
}
