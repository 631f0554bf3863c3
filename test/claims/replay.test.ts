import { createReceiver, defineProvider, memoryStore, sign } from "@countersign/core";
import * as fc from "fast-check";
import { expect, it } from "vitest";

const secret = "a secret of thirty-two characters";
const provider = defineProvider({
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex", content: "{timestamp}.{body}" },
  timestamp: { header: "X-Timestamp", unit: "seconds", of: "attempt" },
  id: { body: "/id" },
  dedup: "id",
});

it("refuses a replay for as long as its signature is fresh, whatever the retention and the date of the delivery", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        toleranceSeconds: fc.integer({ min: 1, max: 900 }),
        retentionSeconds: fc.integer({ min: 1, max: 900 }),
        /** Where in the tolerance the delivery is dated when it comes: -1 is as old, 1 as far in the future as can be. */
        dated: fc.oneof(fc.constantFrom(-1, 1), fc.double({ min: -1, max: 1, noNaN: true })),
        startMs: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
        waits: fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 12 }),
      }),
      async ({ toleranceSeconds, retentionSeconds, dated, startMs, waits }) => {
        let nowMs = startMs;
        const now = (): number => nowMs;
        const receiver = createReceiver({
          provider,
          secret,
          toleranceSeconds,
          retentionSeconds,
          now,
          store: memoryStore({ now }),
        });
        const sentSeconds = Math.round(startMs / 1000 + dated * (toleranceSeconds - 1));
        const delivery = await sign(
          { body: { id: "evt_1" }, timestamp: sentSeconds * 1000 },
          { provider, secret, now },
        );
        const first = await receiver.receive(delivery);
        expect(first.status).toBe("accepted");
        expect(first.status === "accepted" && (await first.claim.complete())).toBe(true);

        const lastFreshMs = (sentSeconds + toleranceSeconds) * 1000;
        for (const replayAtMs of [...waits.map((wait) => startMs + wait), lastFreshMs].toSorted(
          (a, b) => a - b,
        )) {
          nowMs = Math.max(nowMs, replayAtMs);
          const { status } = await receiver.receive(delivery);
          // Fresh, it is known; later, its signature no longer verifies: never a second run.
          expect(status).toBe(nowMs <= lastFreshMs ? "duplicate" : "rejected");
          if (status === "rejected") break;
        }
      },
    ),
    { numRuns: 500 },
  );
});
