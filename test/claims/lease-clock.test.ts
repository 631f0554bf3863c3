import { setTimeout as sleep } from "node:timers/promises";
import { createReceiver, memoryStore, sign } from "@countersign/core";
import { describe, expect, it, vi } from "vitest";
import { provider, secret } from "./provider.ts";

describe("the leases of a receiver", () => {
  it("have one timer as long as none is due for its first heartbeat", async () => {
    const receiver = createReceiver({ provider, secret });
    const setTimer = vi.spyOn(globalThis, "setTimeout");
    try {
      for (let number = 0; number < 50; number++) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const receipt = await receiver.receive(
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          await sign({ body: { id: `evt_${number}` } }, { provider, secret }),
        );
        if (receipt.status !== "accepted") throw new Error(receipt.status);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await receipt.claim.complete();
      }
      expect(setTimer).toHaveBeenCalledTimes(1);
    } finally {
      setTimer.mockRestore();
    }
  });

  it("are renewed each in its time, whichever others have ended before", async () => {
    const beats = new Map<string, number>();
    const kept = memoryStore();
    const receiver = createReceiver({
      provider,
      secret,
      leaseSeconds: 1.5,
      store: {
        ...kept,
        extend(key, options) {
          beats.set(options.token, (beats.get(options.token) ?? 0) + 1);
          return kept.extend(key, options);
        },
      },
    });
    const accept = async (id: string) => {
      const receipt = await receiver.receive(await sign({ body: { id } }, { provider, secret }));
      if (receipt.status !== "accepted") throw new Error(receipt.status);
      return receipt.claim;
    };
    const short = await accept("evt_short");
    await sleep(300);
    const held = [await accept("evt_1"), await accept("evt_2")];
    await short.complete();
    await expect
      .poll(() => held.map(({ token }) => (beats.get(token) ?? 0) >= 2))
      .toEqual([true, true]);
    expect(beats.has(short.token)).toBe(false);
    expect(held.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    expect(await Promise.all(held.map((claim) => claim.complete()))).toEqual([true, true]);
  });
});
