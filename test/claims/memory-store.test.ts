import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type MemoryStore, memoryStore } from "@countersign/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const token = "token";

async function statusOf(claiming: ReturnType<MemoryStore["claim"]>): Promise<string> {
  try {
    return (await claiming).status;
  } catch {
    return "refused";
  }
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe("memoryStore", () => {
  it("stays within its limit, forgetting the oldest first", async () => {
    const store = memoryStore({ maxKeys: 10_000 });
    for (let event = 0; event < 100_000; event++) {
      await store.claim(`event ${event}`, { token, leaseMs: 60_000 });
      await store.complete(`event ${event}`, { token, retentionMs: 600_000 });
    }
    expect(store.size).toBe(10_000);
    expect(store.evicted).toBe(90_000);
    expect((await store.claim("event 90001", { token, leaseMs: 1 })).status).toBe("processed");
    expect((await store.claim("event 89999", { token, leaseMs: 1 })).status).toBe("claimed");
  });

  it("holds on to nothing of what it forgot", async () => {
    const store = memoryStore({ maxKeys: 1000 });
    const fill = async (events: number): Promise<void> => {
      for (let event = 0; event < events; event++) {
        await store.claim(`event ${event}`, { token, leaseMs: 60_000 });
        await store.complete(`event ${event}`, { token, retentionMs: 600_000 });
      }
    };
    await fill(5000);
    const before = heapBytes();
    await fill(300_000);
    // 50 MB, when the tables that its maps had outgrown stayed alive.
    expect(heapBytes() - before).toBeLessThan(15_000_000);
  });

  it.each([0, 1])(
    "holds on to nothing of what is given back, behind %i event(s) that it remembers",
    async (remembered) => {
      const store = memoryStore();
      for (let event = 0; event < remembered; event++) {
        await store.claim(`event ${event}`, { token, leaseMs: 60_000 });
        await store.complete(`event ${event}`, { token, retentionMs: 600_000 });
      }
      const before = heapBytes();
      for (let failure = 0; failure < 300_000; failure++) {
        await store.claim(`failure ${failure}`, { token, leaseMs: 60_000 });
        await store.release(`failure ${failure}`, { token });
      }
      // 15 and 45 MB, when the tables that its maps had outgrown stayed alive.
      expect(heapBytes() - before).toBeLessThan(5_000_000);
      expect(store.size).toBe(remembered);
    },
  );

  it("agrees with a plain model of itself, whatever happens in whatever order", async () => {
    const key = fc.constantFrom("a", "b", "c", "d");
    const ms = fc.integer({ min: 1, max: 50 });
    const step = fc.oneof(
      fc.record({ do: fc.constant("claim" as const), key, ms }),
      fc.record({ do: fc.constant("complete" as const), key, ms }),
      fc.record({ do: fc.constant("release" as const), key, ms }),
      fc.record({ do: fc.constant("wait" as const), key, ms }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (steps) => {
        let at = 1_000_000;
        const store = memoryStore({ now: () => at });
        const model = new Map<string, { processed: boolean; until: number }>();
        const found: unknown[] = [];
        const expected: unknown[] = [];
        for (const { do: action, key: event, ms: duration } of steps) {
          const known = model.get(event);
          const current = known !== undefined && known.until > at ? known : undefined;
          const held = current?.processed === false;
          if (action === "wait") {
            at += duration;
          } else if (action === "claim") {
            found.push((await store.claim(event, { token, leaseMs: duration })).status);
            expected.push(current === undefined ? "claimed" : held ? "in_flight" : "processed");
            if (!current) model.set(event, { processed: false, until: at + duration });
          } else if (action === "complete") {
            const freshMs = duration / 2;
            found.push(await store.complete(event, { token, retentionMs: duration, freshMs }));
            expected.push(held);
            if (held) model.set(event, { processed: true, until: at + duration });
          } else {
            found.push(await store.release(event, { token }));
            expected.push(held);
            if (held) model.delete(event);
          }
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("forgets what has expired also behind a claim that is held for long", async () => {
    let at = 0;
    const store = memoryStore({ now: () => at });
    await store.claim("long", { token, leaseMs: 1_000_000 });
    for (let event = 0; event < 100; event++) {
      await store.claim(`event ${event}`, { token, leaseMs: 100 });
      await store.complete(`event ${event}`, { token, retentionMs: 100 });
    }
    at = 100;
    for (let event = 0; event < 50; event++) {
      await store.claim(`new ${event}`, { token, leaseMs: 100 });
      await store.release(`new ${event}`, { token });
    }
    expect(store.size).toBe(1);
    expect(await store.complete("long", { token, retentionMs: 100 })).toBe(true);
  });

  it("full, has place again when a lease is over that was made shorter, or began after others", async () => {
    let at = 0;
    const store = memoryStore({ maxKeys: 2, now: () => at });
    const claim = (key: string, leaseMs: number) => statusOf(store.claim(key, { token, leaseMs }));
    await claim("long", 1000);
    await claim("other", 1000);
    expect(await claim("refused", 1000)).toBe("refused");
    await store.release("other", { token });
    await claim("short", 10);
    at = 10;
    expect(await claim("instead of short", 1000)).toBe("claimed");
    expect(await claim("refused", 1000)).toBe("refused");
    await store.extend("instead of short", { token, leaseMs: 10 });
    at = 20;
    expect(await claim("instead of that", 1000)).toBe("claimed");
    expect(await store.complete("long", { token, retentionMs: 1 })).toBe(true);
  });

  it("full, refuses only where all is held or could be replayed, and forgets none of that", async () => {
    const key = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const ms = fc.integer({ min: 1, max: 50 });
    const action = fc.constantFrom(
      "claim" as const,
      "claim" as const,
      "complete" as const,
      "replayable" as const,
      "extend" as const,
      "release" as const,
      "wait" as const,
    );
    const maxKeys = 3;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ action, key, ms }), { maxLength: 100 }),
        async (steps) => {
          let at = 1_000_000;
          const store = memoryStore({ maxKeys, now: () => at });
          /** What must not be forgotten: claims by their lease, processed events by their freshness. */
          const kept = new Map<string, { readonly isHeld: boolean; readonly until: number }>();
          const mistakes: unknown[] = [];
          const check = (done: unknown, ...right: readonly unknown[]): void => {
            if (!right.includes(done)) mistakes.push({ done, right });
          };
          for (const { action: asked, key: event, ms: duration } of steps) {
            const known = kept.get(event);
            const isHeld = known?.isHeld === true;
            const until = at + duration;
            if (asked === "wait") {
              at = until;
            } else if (asked === "claim") {
              const status = await statusOf(store.claim(event, { token, leaseMs: duration }));
              if (known !== undefined) check(status, isHeld ? "in_flight" : "processed");
              else if (kept.size === maxKeys) check(status, "refused");
              else check(status, "claimed", "processed");
              if (status === "claimed") kept.set(event, { isHeld: true, until });
            } else if (asked === "extend") {
              check(await store.extend(event, { token, leaseMs: duration }), isHeld);
              if (isHeld) kept.set(event, { isHeld, until });
            } else if (asked === "release") {
              check(await store.release(event, { token }), isHeld);
              if (isHeld) kept.delete(event);
            } else {
              const freshMs = asked === "replayable" ? duration : 0;
              check(await store.complete(event, { token, retentionMs: 60, freshMs }), isHeld);
              if (isHeld) kept.delete(event);
              if (isHeld && freshMs > 0) kept.set(event, { isHeld: false, until });
            }
            for (const [name, record] of kept) if (record.until <= at) kept.delete(name);
            check(store.size <= maxKeys, true);
          }
          expect(mistakes).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
