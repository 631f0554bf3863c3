import { assertEqual } from "../assert.ts";
import { type CaseTable, LONG_MS, sleep } from "./bench.ts";

/** States when leases and records end. */
export const leaseCases: CaseTable = {
  "a released event can be claimed again": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key);
    assertEqual(await bench.release(key, token), true, "release by the holder");
    const next = await bench.expectClaimed(key);
    assertEqual(await bench.complete(key, next), true, "complete by the next holder");
    await bench.expectStatus(key, "processed");
  },

  "a lapsed lease lets another claim in": async (bench) => {
    const key = bench.newKey();
    await bench.expectClaimed(key, bench.roomyLeaseMs);
    await bench.expectStatus(key, "in_flight");
    await sleep(bench.roomyLeaseMs * 1.2);
    await bench.expectClaimed(key);
  },

  "a stale holder can neither extend, complete nor release": async (bench) => {
    const key = bench.newKey();
    const stale = await bench.expectClaimed(key, bench.shortLeaseMs);
    await sleep(bench.shortLeaseMs * 1.5);
    const holder = await bench.expectClaimed(key);
    assertEqual(await bench.extend(key, stale, LONG_MS), false, "extend by the stale holder");
    assertEqual(await bench.complete(key, stale), false, "complete by the stale holder");
    assertEqual(await bench.release(key, stale), false, "release by the stale holder");
    await bench.expectStatus(key, "in_flight");
    assertEqual(await bench.complete(key, holder), true, "complete by the holder");
  },

  "a lease that ended can't be revived, though nobody took over": async (bench) => {
    const [extended, completed] = [bench.newKey(), bench.newKey()];
    const first = await bench.expectClaimed(extended, bench.shortLeaseMs);
    const second = await bench.expectClaimed(completed, bench.shortLeaseMs);
    await sleep(bench.shortLeaseMs * 1.5);
    assertEqual(await bench.extend(extended, first, LONG_MS), false, "extend after the lease");
    assertEqual(await bench.complete(completed, second), false, "complete after the lease");
    await bench.expectClaimed(extended);
    await bench.expectClaimed(completed);
  },

  "releasing after the lease leaves the event free": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key, bench.shortLeaseMs);
    await sleep(bench.shortLeaseMs * 1.5);
    await bench.release(key, token);
    await bench.expectClaimed(key);
  },

  "extending renews the lease from now on": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key, bench.roomyLeaseMs);
    assertEqual(await bench.extend(key, token, LONG_MS), true, "extend by the holder");
    await sleep(bench.roomyLeaseMs * 1.2);
    await bench.expectStatus(key, "in_flight");
    assertEqual(await bench.extend(key, token, bench.shortLeaseMs), true, "a shorter extend");
    await sleep(bench.shortLeaseMs * 1.5);
    await bench.expectClaimed(key);
  },

  "nobody without a claim can extend, complete or release": async (bench) => {
    const [unknown, held, processed] = [bench.newKey(), bench.newKey(), bench.newKey()];
    const holder = await bench.expectClaimed(held);
    assertEqual(
      await bench.complete(processed, await bench.expectClaimed(processed)),
      true,
      "complete",
    );
    for (const key of [unknown, held, processed]) {
      const stranger = crypto.randomUUID();
      assertEqual(await bench.extend(key, stranger, LONG_MS), false, "extend by a stranger");
      assertEqual(await bench.complete(key, stranger), false, "complete by a stranger");
      assertEqual(await bench.release(key, stranger), false, "release by a stranger");
    }
    await bench.expectClaimed(unknown);
    await bench.expectStatus(processed, "processed");
    assertEqual(await bench.release(held, holder), true, "release by the holder");
  },

  "a processed event can be neither extended nor released by who processed it": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key);
    assertEqual(await bench.complete(key, token), true, "complete by the holder");
    assertEqual(await bench.extend(key, token, 1), false, "extend after complete");
    assertEqual(await bench.release(key, token), false, "release after complete");
    await sleep(bench.shortLeaseMs / 4);
    await bench.expectStatus(key, "processed");
  },

  "completing outlasts the lease": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key, bench.roomyLeaseMs);
    assertEqual(await bench.complete(key, token), true, "complete by the holder");
    await sleep(bench.roomyLeaseMs * 1.2);
    await bench.expectStatus(key, "processed");
  },

  "a record is forgotten when its retention is over": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key, LONG_MS);
    assertEqual(
      await bench.complete(key, token, bench.roomyLeaseMs),
      true,
      "complete by the holder",
    );
    await bench.expectStatus(key, "processed");
    await sleep(bench.roomyLeaseMs * 1.2);
    await bench.expectClaimed(key);
  },

  "fractions of a millisecond are taken": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key, 1000.5);
    assertEqual(await bench.extend(key, token, 333_333.333), true, "extend");
    assertEqual(await bench.complete(key, token, 99_999.9), true, "complete");
    await bench.expectStatus(key, "processed");
  },
};
