import { memoryStore } from "@countersign/core";
import { describe, expect, test } from "vitest";

const LEASE = { leaseMs: 1000 };
const RETENTION = { retentionMs: 60_000 };

describe("a memory store", () => {
  test("holds no more than maxKeys: the event completed first goes first, and is counted", async () => {
    const store = memoryStore({ maxKeys: 3 });
    for (const key of ["a", "b", "c", "d", "e"]) {
      await store.claim(key, { token: key, ...LEASE });
      await store.complete(key, { token: key, ...RETENTION });
    }
    expect(store.size).toBe(3);
    expect(store.evicted).toBe(2);
    expect(await store.claim("e", { token: "x", ...LEASE })).toEqual({ status: "processed" });
    expect(await store.claim("a", { token: "x", ...LEASE })).toEqual({ status: "claimed" });
  });

  test("full of events in flight it refuses new ones and forgets none", async () => {
    const store = memoryStore({ maxKeys: 2 });
    await store.claim("a", { token: "a", ...LEASE });
    await store.claim("b", { token: "b", ...LEASE });
    await expect(store.claim("c", { token: "c", ...LEASE })).rejects.toThrow(/Raise maxKeys/);
    expect(await store.complete("a", { token: "a", ...RETENTION })).toBe(true);
    expect(await store.claim("c", { token: "c", ...LEASE })).toEqual({ status: "claimed" });
  });

  test("full, it forgets a processed event that came after claims which are still held", async () => {
    const store = memoryStore({ maxKeys: 4 });
    for (const key of ["a", "b", "c", "done"]) await store.claim(key, { token: key, ...LEASE });
    await store.complete("done", { token: "done", ...RETENTION });
    expect(await store.claim("e", { token: "e", ...LEASE })).toEqual({ status: "claimed" });
    for (const key of ["a", "b", "c", "e"]) {
      expect(await store.complete(key, { token: key, ...RETENTION })).toBe(true);
    }
    expect(store).toMatchObject({ size: 4, evicted: 1 });
  });

  test("full, it never forgets what could still be replayed, and does so once it can't", async () => {
    let nowMs = 0;
    const store = memoryStore({ maxKeys: 2, now: () => nowMs });
    for (const key of ["a", "b"]) {
      await store.claim(key, { token: key, ...LEASE });
      await store.complete(key, { token: key, ...RETENTION, freshMs: 5000 });
    }
    await expect(store.claim("c", { token: "c", ...LEASE })).rejects.toThrow(
      /could still be replayed/,
    );
    expect(await store.claim("a", { token: "x", ...LEASE })).toEqual({ status: "processed" });
    nowMs = 5000;
    expect(await store.claim("c", { token: "c", ...LEASE })).toEqual({ status: "claimed" });
    expect(store).toMatchObject({ size: 2, evicted: 1 });
  });

  test("lets nobody but the holder of the token settle or renew, and nobody after the lease", async () => {
    let nowMs = 0;
    const store = memoryStore({ now: () => nowMs });
    await store.claim("a", { token: "mine", ...LEASE });
    expect(await store.extend("a", { token: "other", ...LEASE })).toBe(false);
    expect(await store.complete("a", { token: "other", ...RETENTION })).toBe(false);
    expect(await store.release("a", { token: "other" })).toBe(false);
    expect(await store.claim("a", { token: "other", ...LEASE })).toEqual({
      status: "in_flight",
      retryAfterMs: 1000,
    });
    nowMs = 900;
    expect(await store.extend("a", { token: "mine", ...LEASE })).toBe(true);
    nowMs = 1900;
    expect(await store.complete("a", { token: "mine", ...RETENTION })).toBe(false);
    expect(await store.claim("a", { token: "other", ...LEASE })).toEqual({ status: "claimed" });
    expect(await store.release("a", { token: "mine" })).toBe(false);
  });

  test("forgets an event when its retention is over", async () => {
    let nowMs = 0;
    const store = memoryStore({ now: () => nowMs });
    await store.claim("a", { token: "a", ...LEASE });
    await store.complete("a", { token: "a", ...RETENTION });
    nowMs = 59_999;
    expect(await store.claim("a", { token: "b", ...LEASE })).toEqual({ status: "processed" });
    nowMs = 60_000;
    expect(await store.claim("a", { token: "b", ...LEASE })).toEqual({ status: "claimed" });
    expect(store.evicted).toBe(0);
  });

  test("clears away what has expired as it goes, without being asked for it", async () => {
    let nowMs = 0;
    const store = memoryStore({ now: () => nowMs });
    for (let event = 0; event < 1000; event++) {
      const key = `old ${event}`;
      await store.claim(key, { token: key, ...LEASE });
      if (event % 2 === 0) await store.complete(key, { token: key, ...RETENTION });
    }
    expect(store.size).toBe(1000);
    nowMs = 60_000;
    for (let event = 0; event < 200; event++) {
      await store.claim(`new ${event}`, { token: "t", ...LEASE });
    }
    expect(store.size).toBe(200);
  });

  test("takes any text for a key, byte for byte", async () => {
    const store = memoryStore();
    for (const key of ["__proto__", "constructor", "ä", "a\u0308", "a", "A", " a", "\0", ""]) {
      expect(await store.claim(key, { token: "t", ...LEASE })).toEqual({ status: "claimed" });
    }
    expect(store.size).toBe(9);
  });
});
