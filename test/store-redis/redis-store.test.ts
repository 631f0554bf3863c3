import type { ClaimStore } from "@countersign/core";
import { redisStore } from "@countersign/store-redis";
import { Redis } from "ioredis";
import { Pool } from "pg";
import { createClient } from "redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isReachable, REDIS_URL } from "../conformance/services.ts";

const LEASE = { leaseMs: 60_000 };

it("refuses what is no client", () => {
  for (const client of ["redis://127.0.0.1:6379", {}, undefined]) {
    expect(() => redisStore({ client: client as never })).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    );
  }
});

it("says so where it gets a client of another store, or none, or the client without its name", () => {
  const pool = new Pool();
  for (const given of [pool, { client: pool }]) {
    expect(() => redisStore(given as never)).toThrow(/Is this a client of pg\? Use postgresStore/);
  }
  for (const given of [undefined, null, {}, new Redis({ lazyConnect: true })]) {
    expect(() => redisStore(given as never)).toThrow(/Pass the client itself: redisStore\(/);
  }
});

const missing = (await isReachable("Redis", REDIS_URL))
  ? ""
  : ` (skipped: no Redis at ${REDIS_URL})`;

describe.skipIf(missing !== "").each(["node-redis", "ioredis"])(
  `redisStore on %s${missing}`,
  (kind) => {
    const prefix = `countersign_test_${crypto.randomUUID()}:`;
    const admin = new Redis(REDIS_URL, { lazyConnect: true });
    const nodeRedis = createClient({ url: REDIS_URL });
    const ioredis = new Redis(REDIS_URL, { lazyConnect: true });
    let store: ClaimStore;

    beforeAll(async () => {
      await Promise.all([admin.connect(), ioredis.connect(), nodeRedis.connect()]);
      store = redisStore({ client: kind === "ioredis" ? ioredis : nodeRedis, prefix });
    });
    beforeEach(async () => {
      const keys = await admin.keys(`${prefix}*`);
      if (keys.length > 0) await admin.del(keys);
    });
    afterAll(async () => {
      const keys = await admin.keys(`${prefix}*`);
      if (keys.length > 0) await admin.del(keys);
      await Promise.all([admin.quit(), ioredis.quit(), nodeRedis.close()]);
    });

    it("keeps one key an event, which the server expires with the lease and the retention", async () => {
      await store.claim("event", { token: "a", leaseMs: 30_000 });
      expect(await admin.keys(`${prefix}*`)).toEqual([`${prefix}event`]);
      expect(await admin.pttl(`${prefix}event`)).toBeGreaterThan(29_000);
      expect(await admin.pttl(`${prefix}event`)).toBeLessThanOrEqual(30_000);
      await store.extend("event", { token: "a", leaseMs: 50_000 });
      expect(await admin.pttl(`${prefix}event`)).toBeGreaterThan(49_000);
      await store.complete("event", { token: "a", retentionMs: 90_000 });
      expect(await admin.keys(`${prefix}*`)).toEqual([`${prefix}event`]);
      expect(await admin.pttl(`${prefix}event`)).toBeGreaterThan(89_000);
    });

    it("grants an event once also where its record has lost its expiry", async () => {
      await store.claim("event", { token: "a", ...LEASE });
      await admin.persist(`${prefix}event`);
      expect(await store.claim("event", { token: "b", ...LEASE })).toEqual({ status: "claimed" });
      expect(await store.claim("event", { token: "c", ...LEASE })).toMatchObject({
        status: "in_flight",
      });
      expect(await store.complete("event", { token: "a", retentionMs: 60_000 })).toBe(false);
    });

    it("sends one command an operation, with the event's key alone", async () => {
      await lifecycle("warm");
      const monitor = await admin.duplicate().monitor();
      const seen: string[][] = [];
      monitor.on("monitor", (_time, args: string[], source: string) => {
        // A script's own commands are no round trips.
        if (source === "lua") return;
        if (args.some((argument) => argument.startsWith(prefix))) seen.push(args);
      });
      await lifecycle("event");
      await expect
        .poll(() => seen.map(([name = ""]) => name.toLowerCase()))
        .toEqual(["set", "evalsha", "evalsha", "set", "evalsha"]);
      monitor.disconnect();
      const keys = seen.flatMap((args) => args.filter((argument) => argument.startsWith(prefix)));
      expect(new Set(keys)).toEqual(new Set([`${prefix}event`]));
    });

    it("goes on where the server has lost its scripts", async () => {
      await lifecycle("before");
      await admin.script("FLUSH");
      await lifecycle("after");
      expect(await store.claim("after", { token: "c", ...LEASE })).toEqual({ status: "processed" });
    });

    it("answers a command that the client sent twice as it did the first time", async () => {
      const claim = () => store.claim("event", { token: "a", ...LEASE });
      expect([await claim(), await claim()]).toEqual([
        { status: "claimed" },
        { status: "claimed" },
      ]);
      const complete = () => store.complete("event", { token: "a", retentionMs: 60_000 });
      expect([await complete(), await complete()]).toEqual([true, true]);
      expect(await store.claim("event", { token: "a", ...LEASE })).toEqual({ status: "processed" });
    });

    async function lifecycle(key: string): Promise<void> {
      expect(await store.claim(key, { token: "a", ...LEASE })).toEqual({ status: "claimed" });
      expect(await store.extend(key, { token: "a", ...LEASE })).toBe(true);
      expect(await store.release(key, { token: "a" })).toBe(true);
      expect(await store.claim(key, { token: "b", ...LEASE })).toEqual({ status: "claimed" });
      expect(await store.complete(key, { token: "b", retentionMs: 60_000 })).toBe(true);
    }
  },
);
