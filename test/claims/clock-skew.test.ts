import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { newPlace, openPlace, type OpenPlace, sharedKinds } from "./places.ts";

const HOUR_MS = 3_600_000;
const LEASE = { leaseMs: 60_000 };

describe.each(sharedKinds)(
  "receivers whose clocks differ by hours, on $kind",
  ({ kind, missing }) => {
    let open: OpenPlace | undefined;
    beforeAll(async () => {
      if (missing === undefined) open = await openPlace(newPlace(kind));
    });
    afterEach(() => vi.useRealTimers());
    afterAll(async () => {
      await open?.remove();
      await open?.close();
    });

    it.for([["fast", "slow", HOUR_MS] as const, ["slow", "fast", -HOUR_MS] as const])(
      "go by the store's: the holder's is %s, the other's %s",
      async ([, other, offMs], { skip }) => {
        const { store } = open ?? skip(`needs ${missing}`);
        const key = `held while the other is ${other}`;
        const claimedAs = async (offByMs: number, token: string): Promise<unknown> => {
          clockIsOffBy(offByMs);
          return store.claim(key, { token, ...LEASE });
        };
        expect(await claimedAs(offMs, "holder")).toEqual({ status: "claimed" });
        const refused = await claimedAs(-offMs, "other");
        expect(refused).toMatchObject({ status: "in_flight" });
        const { retryAfterMs } = refused as { retryAfterMs: number };
        expect(retryAfterMs).toBeGreaterThan(LEASE.leaseMs / 2);
        expect(retryAfterMs).toBeLessThanOrEqual(LEASE.leaseMs);
        clockIsOffBy(offMs);
        expect(await store.extend(key, { token: "holder", ...LEASE })).toBe(true);
        expect(await claimedAs(-offMs, "other")).toMatchObject({ status: "in_flight" });
        clockIsOffBy(offMs);
        expect(await store.complete(key, { token: "holder", retentionMs: HOUR_MS / 2 })).toBe(true);
        expect(await claimedAs(-offMs, "other")).toEqual({ status: "processed" });
        expect(await claimedAs(offMs, "other")).toEqual({ status: "processed" });
      },
    );
  },
);

function clockIsOffBy(ms: number): void {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}
