import { assert, assertEqual } from "../assert.ts";
import { type CaseTable, LONG_MS } from "./bench.ts";

/** States what claiming, completing and releasing mean. */
export const claimingCases: CaseTable = {
  "the first claim of an event is granted": async (bench) => {
    await bench.expectClaimed(bench.newKey());
  },

  "a second claim is told how long the first still holds": async (bench) => {
    const key = bench.newKey();
    await bench.expectClaimed(key, LONG_MS);
    const result = await bench.claim(key, LONG_MS);
    assert(
      result.status === "in_flight" &&
        result.retryAfterMs > LONG_MS / 2 &&
        result.retryAfterMs <= LONG_MS,
      `a second claim, under a lease of ${LONG_MS} ms: expected in_flight with the rest of it in retryAfterMs, got ${JSON.stringify(result)}`,
    );
  },

  "a completed event is processed, for every later claim": async (bench) => {
    const key = bench.newKey();
    const token = await bench.expectClaimed(key);
    assertEqual(await bench.complete(key, token), true, "complete by the holder");
    await bench.expectStatus(key, "processed");
    await bench.expectStatus(key, "processed");
  },
};
