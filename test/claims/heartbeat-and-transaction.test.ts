import { setTimeout as sleep } from "node:timers/promises";
import {
  type Claim,
  type ClaimStore,
  createReceiver,
  memoryStore,
  type ReceiptRecord,
  sign,
} from "@countersign/core";
import { describe, expect, it } from "vitest";
import { provider, secret } from "./provider.ts";

describe("a claim that is completed in the user's transaction", () => {
  it("renews its lease again where that failed, so that the transaction can be run again later", async () => {
    const { claim } = await accept({ completeIn: () => Promise.reject(new Error("deadlock")) });
    await expect(claim.completeIn?.(undefined)).rejects.toThrow("deadlock");
    await sleep(1500);
    expect(claim.signal.aborted).toBe(false);
    expect(await claim.complete()).toBe(true);
  });

  it("renews its lease again where a synchronous store threw", async () => {
    const { claim } = await accept({
      completeIn: () => {
        throw new Error("database is locked");
      },
    });
    expect(() => claim.completeIn?.(undefined)).toThrow("database is locked");
    await sleep(1500);
    expect(claim.signal.aborted).toBe(false);
    expect(await claim.complete()).toBe(true);
  });

  it("tells that the claim is lost where the store stays away after that", async () => {
    const { claim } = await accept({
      extend: () => Promise.reject(new Error("connection refused")),
      completeIn: () => Promise.reject(new Error("connection refused")),
    });
    await expect(claim.completeIn?.(undefined)).rejects.toThrow("connection refused");
    await expect.poll(() => claim.signal.aborted).toBe(true);
    expect(claim.signal.reason).toMatchObject({ code: "claim_lost" });
  });

  it("is not renewed meanwhile, since that would wait for the row that the transaction locks", async () => {
    let beats = 0;
    const { claim } = await accept({
      extend: async () => ++beats > 0,
      completeIn: async () => {
        await sleep(800);
        return true;
      },
    });
    await claim.completeIn?.(undefined);
    expect(beats).toBe(0);
    expect(claim.signal.aborted).toBe(false);
  });

  it("can't be settled before", async () => {
    const { claim } = await accept({ completeIn: () => true });
    await claim.release();
    expect(() => claim.completeIn?.(undefined)).toThrow("call completeIn() before");
  });

  it("is completed for good, and the store is not asked again", async () => {
    const { claim } = await accept({ completeIn: () => true, complete: () => Promise.reject() });
    await claim.completeIn?.(undefined);
    expect(await claim.complete()).toBe(true);
  });

  it("is completed also where the handler throws after the commit", async () => {
    const kept = memoryStore();
    const records: ReceiptRecord[] = [];
    const { claim } = await accept(
      { ...kept, completeIn: (_client, key, options) => kept.complete(key, options) },
      records,
    );
    await claim.completeIn?.(undefined);
    const error = new Error("after the commit");
    expect(await claim.release(error)).toBe(false);
    expect(claim.signal.aborted).toBe(false);
    expect(records).toMatchObject([{ settlement: "completed", error }]);
  });

  it("is given back where the transaction was rolled back after that", async () => {
    const records: ReceiptRecord[] = [];
    const { claim } = await accept({ completeIn: () => true }, records);
    await claim.completeIn?.(undefined);
    expect(await claim.release(new Error("rolled back"))).toBe(true);
    expect(records).toMatchObject([{ settlement: "released" }]);
  });

  it("is not called lost while its transaction is open, when a heartbeat was on its way", async () => {
    let beats = 0;
    const { claim } = await accept({
      extend: async () => {
        beats++;
        await sleep(40);
        return true;
      },
      completeIn: async () => {
        await sleep(100);
        return true;
      },
    });
    await expect.poll(() => beats, { interval: 1 }).toBe(1);
    await claim.completeIn?.(undefined);
    await sleep(1500);
    expect(claim.signal.aborted).toBe(false);
    expect(beats).toBe(1);
    expect(await claim.complete()).toBe(true);
  });
});

/** Accepts an event under a lease of a second, from a memory store with some methods of its own. */
async function accept(
  changes: Partial<ClaimStore>,
  records: ReceiptRecord[] = [],
): Promise<{ claim: Claim }> {
  const receiver = createReceiver({
    provider,
    secret,
    store: { ...memoryStore(), ...changes },
    leaseSeconds: 1,
    onReceipt: (record) => records.push(record),
  });
  const receipt = await receiver.receive(
    await sign({ body: { id: crypto.randomUUID() } }, { provider, secret }),
  );
  if (receipt.status !== "accepted") throw new Error(`${receipt.status}, not accepted`);
  return receipt;
}
