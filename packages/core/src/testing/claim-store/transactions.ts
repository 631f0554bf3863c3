import { assert, assertEqual } from "../assert.ts";
import type { ClaimResult } from "../../claims/claim-store.ts";
import { type CaseTable, LONG_MS, sleep } from "./bench.ts";

/** States what `completeIn` means in a transaction. */
export const transactionCases: CaseTable = {
  "completing in a transaction counts when it commits": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key);
    await bench.transact(async (client) => {
      assertEqual(await bench.completeIn(client, key, token), true, "completeIn by the holder");
    });
    await bench.expectStatus(key, "processed");
    assertEqual(await bench.release(key, token), false, "release after the commit");
  },

  "completing in a transaction that rolls back leaves the claim": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key);
    let completed: boolean | undefined;
    const rolledBack = new Error("roll back");
    const outcome: unknown = await bench
      .transact(async (client) => {
        completed = await bench.completeIn(client, key, token);
        throw rolledBack;
      })
      .catch((error: unknown) => error);
    assert(
      outcome === rolledBack,
      `transaction: expected its work's own error, got ${String(outcome)}`,
    );
    assertEqual(completed, true, "completeIn by the holder");
    await bench.expectStatus(key, "in_flight");
    assertEqual(await bench.release(key, token), true, "release after the roll back");
    await bench.expectClaimed(key);
  },

  "a stale holder can't complete in a transaction": async (bench) => {
    const [taken, lapsed] = [bench.newKey(), bench.newKey()];
    const first = await bench.expectClaimed(taken, bench.shortLeaseMs);
    const second = await bench.expectClaimed(lapsed, bench.shortLeaseMs);
    await sleep(bench.shortLeaseMs * 1.5);
    await bench.expectClaimed(taken);
    await bench.transact(async (client) => {
      assertEqual(await bench.completeIn(client, taken, first), false, "completeIn, taken over");
      assertEqual(await bench.completeIn(client, lapsed, second), false, "completeIn, lapsed");
    });
    await bench.expectStatus(taken, "in_flight");
    await bench.expectClaimed(lapsed);
  },

  "a lease that ends while the transaction waits is told by the wall clock": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key, bench.shortLeaseMs);
    await bench.transact(async (client) => {
      await sleep(bench.shortLeaseMs * 1.5);
      assertEqual(await bench.completeIn(client, key, token), false, "completeIn after the lease");
    });
    await bench.expectClaimed(key);
  },

  "an open transaction's completion is not believed before it commits": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key);
    let asked: Promise<ClaimResult> | undefined;
    const outcome: unknown = await bench
      .transact(async (client) => {
        assertEqual(await bench.completeIn(client, key, token), true, "completeIn by the holder");
        asked = bench.claim(key, LONG_MS);
        await sleep(bench.shortLeaseMs / 4);
        throw new Error("roll back");
      })
      .catch((error: unknown) => error);
    const result = await asked;
    assert(
      result?.status === "in_flight",
      `a claim while the transaction was open: expected in_flight, got ${JSON.stringify(result)} (${String(outcome)})`,
    );
  },
};
