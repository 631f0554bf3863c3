import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { type Claim, type ClaimStore, createReceiver, memoryStore, sign } from "@countersign/core";
import { afterEach, describe, expect, it, test, vi } from "vitest";
import { provider, secret } from "./provider.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("the leases of one receiver", () => {
  it("are renewed each in its time, whichever others have ended before", async () => {
    const { accept, beatsOf } = receiverOf();
    const short = await accept("evt_short");
    await sleep(300);
    const held = [await accept("evt_1"), await accept("evt_2")];
    await short.complete();
    await expect.poll(() => held.map((claim) => beatsOf(claim) >= 2)).toEqual([true, true]);
    expect(beatsOf(short)).toBe(0);
    expect(held.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    expect(await Promise.all(held.map((claim) => claim.complete()))).toEqual([true, true]);
  });

  it("are renewed in the async context of their own delivery", async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen = new Set<string | undefined>();
    const { accept, beatsOf } = receiverOf(() => seen.add(requests.getStore()));
    await requests.run("a", async () => (await accept("evt_a")).complete());
    const held = await requests.run("b", () => accept("evt_b"));
    await expect.poll(() => beatsOf(held)).toBeGreaterThan(0);
    await held.complete();
    expect([...seen]).toEqual(["b"]);
  });

  it("leave no timer behind when their claims are settled", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { accept } = receiverOf();
    await (await accept("evt_1")).complete();
    await (await accept("evt_2")).release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are renewed also where an earlier claim came under fake timers", async () => {
    const { accept, beatsOf } = receiverOf();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await (await accept("evt_1")).complete();
    vi.useRealTimers();
    const held = await accept("evt_2");
    await expect.poll(() => beatsOf(held)).toBeGreaterThan(0);
    await held.complete();
  });
});

test("every claim has a token of its own, here and in other processes", async () => {
  const { accept } = receiverOf();
  const tokens = new Set<string>();
  for (let number = 0; number < 300; number++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const claim = await accept(`evt_${number}`);
    tokens.add(claim.token);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await claim.complete();
  }
  expect(tokens.size).toBe(300);
  // What other processes draw has nothing in common with it.
  const drawn = new Set([...tokens].map((token) => token.slice(0, 36)));
  expect(drawn.size).toBeGreaterThan(1);
  for (const uuid of drawn) expect(uuid).toMatch(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/);
});

/** A receiver with short leases, whose heartbeats are counted. */
function receiverOf(onBeat: () => void = () => {}): {
  accept: (id: string) => Promise<Claim>;
  beatsOf: (claim: Claim) => number;
} {
  const beats = new Map<string, number>();
  const kept = memoryStore();
  const store: ClaimStore = {
    ...kept,
    extend(key, options) {
      onBeat();
      beats.set(options.token, (beats.get(options.token) ?? 0) + 1);
      return kept.extend(key, options);
    },
  };
  const receiver = createReceiver({ provider, secret, leaseSeconds: 1.5, store });
  return {
    beatsOf: ({ token }) => beats.get(token) ?? 0,
    async accept(id) {
      const receipt = await receiver.receive(await sign({ body: { id } }, { provider, secret }));
      if (receipt.status !== "accepted") throw new Error(receipt.status);
      return receipt.claim;
    },
  };
}
