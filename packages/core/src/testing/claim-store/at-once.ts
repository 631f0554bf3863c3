import { assert, assertEqual } from "../assert.ts";
import type { ClaimResult } from "../../claims/claim-store.ts";
import { type CaseTable, LONG_MS, sleep } from "./bench.ts";

/** States that of many callers at the same time one wins. */
export const atOnceCases: CaseTable = {
  "of 50 claims at the same time exactly one is granted": async (bench) => {
    const key = bench.newKey();
    const results = await Promise.all(Array.from({ length: 50 }, () => bench.claim(key, LONG_MS)));
    const count = (status: ClaimResult["status"]): number =>
      results.filter((result) => result.status === status).length;
    assertEqual([count("claimed"), count("in_flight")], [1, 49], "[claimed, in_flight]");
    assert(
      results.every((result) => result.status !== "in_flight" || result.retryAfterMs > 0),
      `retryAfterMs must be above 0: ${JSON.stringify(results)}`,
    );
  },

  "of 50 claims on a lapsed lease at the same time exactly one is granted": async (bench) => {
    const key = bench.newKey();
    await bench.expectClaimed(key, bench.shortLeaseMs);
    await sleep(bench.shortLeaseMs * 1.5);
    const results = await Promise.all(Array.from({ length: 50 }, () => bench.claim(key, LONG_MS)));
    assertEqual(results.filter(({ status }) => status === "claimed").length, 1, "claims granted");
  },

  "of 20 completions by one holder and 20 by strangers only the holder's counts": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key);
    const strangers = await Promise.all(
      Array.from({ length: 20 }, () => bench.complete(key, crypto.randomUUID())),
    );
    assertEqual(strangers.includes(true), false, "complete by strangers");
    const own = await Promise.all(Array.from({ length: 20 }, () => bench.complete(key, token)));
    assertEqual(own.includes(true), true, "complete by the holder");
    await bench.expectStatus(key, "processed");
  },
};
