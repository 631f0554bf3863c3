import type { InboxEngine, InboxHandler, TakenItem } from "@countersign/inbox";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openInbox, type TestInbox } from "./open-inbox.ts";
import { engineKinds, newPlace, openPlace, type OpenPlace } from "./places.ts";
import type { TestEvent } from "./provider.ts";

describe.each([...engineKinds])("an inbox on $kind", ({ kind, missing, inspectable, ordered }) => {
  let place: OpenPlace | undefined;
  const opened: TestInbox[] = [];

  beforeAll(async () => {
    if (missing === undefined) place = await openPlace(newPlace(kind));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ inbox }) => inbox.stop({ graceSeconds: 0 })));
  });
  afterAll(async () => {
    await place?.remove();
    await place?.close();
  });

  function here(): OpenPlace {
    if (place === undefined) throw new Error(`needs ${missing}`);
    return place;
  }

  function open(
    handler: InboxHandler<TestEvent> | undefined,
    more?: Parameters<typeof openInbox>[2],
  ): TestInbox {
    const test = openInbox(here(), handler, more);
    opened.push(test);
    return test;
  }

  describe.skipIf(missing !== undefined)("with everything it needs", () => {
    it("answers 200 before the event is handled, and hands the handler the same event", async () => {
      const seen: TestEvent[] = [];
      const { inbox, deliver } = open((event) => void seen.push(event));
      expect(await deliver("e1", { account: "a" })).toBe(200);
      expect(seen).toEqual([]);
      await inbox.start();
      await expect.poll(() => seen.length).toBe(1);
      expect(seen[0]).toMatchObject({
        provider: "acme",
        id: "e1",
        body: { id: "e1", account: "a" },
        rawBody: new TextEncoder().encode('{"id":"e1","account":"a"}'),
      });
    });

    it("stores an event once, however often it is delivered", async () => {
      const { inbox, deliver, attempts } = open(() => {});
      const statuses = await Promise.all(Array.from({ length: 20 }, () => deliver("e1")));
      expect(new Set(statuses)).not.toContain(500);
      expect(statuses).toContain(200);
      await inbox.start();
      expect(await deliver("e1")).toBe(200);
      expect(await deliver("e2")).toBe(200);
      await expect
        .poll(() =>
          attempts.map(({ eventId = "" }) => eventId).toSorted((a, b) => a.localeCompare(b)),
        )
        .toEqual(["e1", "e2"]);
    });

    it("tries a failed event again, and says which attempt it is", async () => {
      const numbers: number[] = [];
      const { inbox, deliver, attempts } = open((_, { attempt }) => {
        numbers.push(attempt);
        if (attempt < 3) throw new Error(`no luck in attempt ${attempt}`);
      });
      await inbox.start();
      await deliver("e1");
      await expect
        .poll(() => attempts.map(({ outcome }) => outcome))
        .toEqual(["retrying", "retrying", "done"]);
      expect(numbers).toEqual([1, 2, 3]);
      expect(attempts[0]?.retryAfterMs).toBe(50);
    });

    it("gives up after the last attempt", async () => {
      const { inbox, deliver, attempts } = open(() => {
        throw new Error("never");
      });
      await inbox.start();
      await deliver("e1");
      await expect
        .poll(() => attempts.map(({ outcome }) => outcome))
        .toEqual(["retrying", "retrying", "retrying", "dead"]);
    });

    it("aborts an attempt that takes too long, and makes another", async () => {
      const reasons: unknown[] = [];
      const { inbox, deliver, attempts } = open(
        (_, { attempt, claim }) =>
          attempt > 1 ||
          new Promise(() => {
            claim.signal.addEventListener("abort", () => reasons.push(claim.signal.reason));
          }),
        { timeoutSeconds: 0.2 },
      );
      await inbox.start();
      await deliver("e1");
      await expect.poll(() => attempts.map(({ outcome }) => outcome)).toEqual(["retrying", "done"]);
      expect(String(reasons[0])).toContain("did not return within 0.2 s");
    });

    it("handles no more events at once than it may", async () => {
      let atOnce = 0;
      let most = 0;
      const { inbox, deliver, attempts } = open(
        async () => {
          most = Math.max(most, ++atOnce);
          await new Promise((resolve) => setTimeout(resolve, 30));
          atOnce--;
        },
        { concurrency: 3 },
      );
      await Promise.all(Array.from({ length: 12 }, (_, number) => deliver(`e${number}`)));
      await inbox.start();
      await expect.poll(() => attempts.length).toBe(12);
      expect(most).toBe(3);
    });

    it("refuses a time to stop in that is none", async () => {
      const { inbox } = open(() => {});
      for (const graceSeconds of [Number.NaN, -1, Infinity]) {
        await expect(inbox.stop({ graceSeconds })).rejects.toMatchObject({
          code: "config_invalid",
          message: expect.stringContaining(`graceSeconds is ${graceSeconds}`),
        });
      }
    });

    it("lets handlers end when it stops, and takes no more", async () => {
      const finished: string[] = [];
      const { inbox, deliver, attempts } = open(
        async ({ id = "" }) => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          finished.push(id);
        },
        { concurrency: 1 },
      );
      await deliver("e1");
      await deliver("e2");
      await inbox.start();
      await expect.poll(() => finished.length + attempts.length, { interval: 5 }).toBe(2);
      await inbox.stop();
      const before = [...finished];
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(finished).toEqual(before);
      await inbox.start();
      await expect
        .poll(() => finished.toSorted((a, b) => a.localeCompare(b)))
        .toEqual(["e1", "e2"]);
    });

    it("aborts handlers that go on for too long when it stops, and runs their events again", async () => {
      let runs = 0;
      const { inbox, deliver, attempts } = open((_, { claim }) => {
        runs++;
        return (
          runs > 1 || new Promise((resolve) => claim.signal.addEventListener("abort", resolve))
        );
      });
      await inbox.start();
      await deliver("e1");
      await expect.poll(() => runs).toBe(1);
      await inbox.stop({ graceSeconds: 0.05 });
      expect(attempts[0]).toMatchObject({ outcome: "retrying", retryAfterMs: 0 });
      await inbox.start();
      await expect.poll(() => attempts[1]?.outcome).toBe("done");
    });

    it("makes the effect once where another holder of the claim came first", async () => {
      const lost: unknown[] = [];
      const { inbox, deliver, attempts } = open(
        async ({ id = "" }, { claim, attempt }) => {
          // The first attempt goes on after its time is up, when the second has made the effect.
          if (attempt === 1) {
            await new Promise((resolve) => setTimeout(resolve, 800));
            await place?.addEffect(claim, id).catch((error: unknown) => lost.push(error));
          } else await place?.addEffect(claim, id);
        },
        { timeoutSeconds: 0.2 },
      );
      await inbox.start();
      const id = `slow ${crypto.randomUUID()}`;
      await deliver(id);
      await expect.poll(() => attempts.map(({ outcome }) => outcome)).toEqual(["retrying", "done"]);
      await expect.poll(() => lost).toMatchObject([{ code: "claim_lost" }]);
      expect((await place?.effects())?.filter((effect) => effect === id)).toEqual([id]);
    });

    it("rolls the effect back with the handler's transaction, and tries again", async () => {
      const { inbox, deliver, attempts } = open(async ({ id = "" }, { claim, attempt }) => {
        await place?.addEffect(claim, id, () => {
          if (attempt === 1) throw new Error("rolled back");
        });
      });
      await inbox.start();
      const id = `rolled back ${crypto.randomUUID()}`;
      await deliver(id);
      await expect.poll(() => attempts.map(({ outcome }) => outcome)).toEqual(["retrying", "done"]);
      expect((await place?.effects())?.filter((effect) => effect === id)).toEqual([id]);
    });
  });

  describe.skipIf(missing !== undefined)("whose engine hands out what it can't run", () => {
    it("makes a dead letter of an event that killed its workers too often, and goes on", async () => {
      const unheard: unknown[] = [];
      const listen = (reason: unknown): void => void unheard.push(reason);
      process.on("unhandledRejection", listen);
      // The store gives the event back so late that the attempt's time is up meanwhile.
      const slow = here().handled;
      const test = openInbox(
        {
          ...here(),
          engine: changing(here().engine, (item) => ({ ...item, attempt: 99 })),
          ...(slow && {
            handled: {
              ...slow,
              release: async (...args) => {
                await new Promise((resolve) => setTimeout(resolve, 200));
                return slow.release(...args);
              },
            },
          }),
        },
        () => {},
        { timeoutSeconds: 0.05 },
      );
      opened.push(test);
      await test.inbox.start();
      await test.deliver("e1");
      await expect.poll(() => test.attempts.map(({ outcome }) => outcome)).toEqual(["dead"]);
      await test.inbox.stop();
      process.off("unhandledRejection", listen);
      expect(unheard).toEqual([]);
      expect(String(test.attempts[0]?.error)).toContain("has died in each of the last attempts");
    });

    it("makes a dead letter of an event whose text is damaged, and runs the others", async () => {
      const seen: unknown[] = [];
      const engine = changing(here().engine, (item) =>
        item.event.includes('"bad"') ? { ...item, event: item.event.slice(1) } : item,
      );
      const test = openInbox({ ...here(), engine }, ({ id }) => void seen.push(id), {
        retry: { delaysSeconds: [] },
      });
      opened.push(test);
      for (const id of ["e1", "bad", "e2"]) await test.deliver(id);
      await test.inbox.start();
      await expect
        .poll(() => test.attempts.map(({ outcome }) => outcome).toSorted())
        .toEqual(["dead", "done", "done"]);
      expect(new Set(seen)).toEqual(new Set(["e1", "e2"]));
    });

    it("makes a dead letter of an event whose handler throws what has no text", async () => {
      const { inbox, deliver, attempts } = open(
        () => {
          throw Object.create(null);
        },
        { retry: { delaysSeconds: [] } },
      );
      await inbox.start();
      await deliver("e1");
      await expect.poll(() => attempts.map(({ outcome }) => outcome)).toEqual(["dead"]);
    });
  });

  describe.skipIf(missing !== undefined || !inspectable)("that can be looked at", () => {
    it.each([
      ["a state that there is none of", { state: "bogus" }, 'state is "bogus"'],
      ["a limit that is no number", { limit: Number.NaN }, "limit is NaN"],
      ["a limit below 1", { limit: 0 }, "limit is 0"],
      ["half an event", { limit: 1.5 }, "limit is 1.5"],
      ["a limit in quotes", { limit: "5" }, 'limit is "5"'],
      ["an offset below 0", { offset: -1 }, "offset is -1"],
    ])("refuses to list %s", async (_, wrong, message) => {
      const items = open(undefined).inspect();
      await expect(items.list(wrong as object)).rejects.toMatchObject({
        code: "config_invalid",
        message: expect.stringContaining(message),
      });
    });

    it.each([
      ["events that wait", "waiting", { olderThanSeconds: 0 }, 'state is "waiting"'],
      ["a state that there is none of", "bogus", { olderThanSeconds: 0 }, 'state is "bogus"'],
      ["everything", undefined, { olderThanSeconds: 0 }, "state is undefined"],
      ["events of no age", "done", undefined, "olderThanSeconds is undefined"],
      ["events of an age that is no number", "done", { olderThanSeconds: Number.NaN }, "is NaN"],
      ["events that are still to come", "dead", { olderThanSeconds: -1 }, "is -1"],
      ["events of an infinite age", "dead", { olderThanSeconds: Infinity }, "is Infinity"],
    ])("refuses to delete %s, and deletes nothing", async (_, state, options, message) => {
      const { inbox, deliver, inspect } = open(() => {});
      const items = inspect();
      await inbox.start();
      await deliver("e1");
      await expect.poll(async () => (await items.counts()).done).toBe(1);
      await expect(items.prune(state as "done", options as never)).rejects.toMatchObject({
        code: "config_invalid",
        message: expect.stringContaining(message),
      });
      expect(await items.counts()).toMatchObject({ done: 1 });
    });

    it("refuses an id that is no text", async () => {
      const items = open(undefined).inspect();
      for (const method of ["get", "retry", "discard"] as const) {
        await expect(items[method](undefined as never)).rejects.toMatchObject({
          code: "config_invalid",
          message: expect.stringContaining("id is undefined"),
        });
      }
    });

    it("lists, counts and gets events in each state", async () => {
      const { inbox, deliver, attempts, inspect } = open(
        ({ body }) => {
          if (body.account === "bad") throw new Error("this account is bad");
        },
        { retry: { delaysSeconds: [] } },
      );
      const items = inspect();
      await deliver("e1");
      await deliver("e2", { account: "bad" });
      expect(await items.counts()).toEqual({ waiting: 2, running: 0, done: 0, dead: 0 });
      expect((await items.list()).map(({ event }) => event.id)).toEqual(["e1", "e2"]);
      expect((await items.list({ limit: 1, offset: 1 })).map(({ event }) => event.id)).toEqual([
        "e2",
      ]);
      await inbox.start();
      await expect.poll(() => attempts.length).toBe(2);
      await expect.poll(() => items.counts()).toEqual({ waiting: 0, running: 0, done: 1, dead: 1 });
      const [dead] = await items.list({ state: "dead" });
      expect(dead).toMatchObject({ state: "dead", attempts: 1, event: { id: "e2" } });
      expect(dead?.lastError).toContain("this account is bad");
      expect(dead?.finishedAt).toBeInstanceOf(Date);
      expect(await items.get(dead?.id ?? "")).toEqual(dead);
      expect(await items.get(crypto.randomUUID())).toBeUndefined();
      const [done] = await items.list({ state: "done" });
      expect(done).toMatchObject({ state: "done", attempts: 1, event: { id: "e1" } });
    });

    it("runs a dead letter again when told to, with all of its attempts", async () => {
      let isRepaired = false;
      const numbers: number[] = [];
      const { inbox, deliver, inspect } = open(
        (_, { attempt }) => {
          numbers.push(attempt);
          if (!isRepaired) throw new Error("not yet");
        },
        { retry: { delaysSeconds: [0.01], jitter: 0 } },
      );
      const items = inspect();
      await inbox.start();
      await deliver("e1");
      await expect.poll(async () => (await items.counts()).dead).toBe(1);
      isRepaired = true;
      const [dead] = await items.list({ state: "dead" });
      expect(await items.retry(dead?.id ?? "")).toBe(true);
      await expect.poll(() => items.counts()).toEqual({ waiting: 0, running: 0, done: 1, dead: 0 });
      expect(numbers).toEqual([1, 2, 1]);
      expect(await items.retry(dead?.id ?? "")).toBe(false);
      expect(await items.retry(crypto.randomUUID())).toBe(false);
    });

    it("runs a waiting event now when told to", async () => {
      const { inbox, deliver, attempts, inspect } = open(
        (_, { attempt }) => {
          if (attempt === 1) throw new Error("once");
        },
        { retry: { delaysSeconds: [3600] } },
      );
      await inbox.start();
      await deliver("e1");
      await expect.poll(() => attempts.length).toBe(1);
      const items = inspect();
      await expect.poll(async () => (await items.counts()).waiting).toBe(1);
      const [waiting] = await items.list({ state: "waiting" });
      expect(waiting?.dueAt?.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
      expect(await items.retry(waiting?.id ?? "")).toBe(true);
      await expect
        .poll(() => attempts.map(({ attempt, outcome }) => [attempt, outcome]))
        .toEqual([
          [1, "retrying"],
          [2, "done"],
        ]);
    });

    it("discards what waits and what is dead, and nothing that runs", async () => {
      const gate = new EventTarget();
      const { inbox, deliver, inspect } = open(
        () => new Promise((resolve) => gate.addEventListener("open", resolve)),
      );
      const items = inspect();
      await deliver("e1");
      const [waiting] = await items.list();
      expect(await items.discard(waiting?.id ?? "")).toBe(true);
      expect(await items.list()).toEqual([]);
      await deliver("e2");
      await inbox.start();
      await expect.poll(async () => (await items.counts()).running).toBe(1);
      const [running] = await items.list();
      expect(running?.state).toBe("running");
      expect(await items.discard(running?.id ?? "")).toBe(false);
      gate.dispatchEvent(new Event("open"));
      await expect.poll(async () => (await items.counts()).done).toBe(1);
      expect(await items.discard(crypto.randomUUID())).toBe(false);
    });

    it("deletes finished events by their age", async () => {
      const { inbox, deliver, inspect } = open(
        ({ id }) => {
          if (id === "bad") throw new Error("bad");
        },
        { retry: { delaysSeconds: [] } },
      );
      const items = inspect();
      await inbox.start();
      await deliver("good");
      await deliver("bad");
      await expect.poll(() => items.counts()).toEqual({ waiting: 0, running: 0, done: 1, dead: 1 });
      expect(await items.prune("done", { olderThanSeconds: 3600 })).toBe(0);
      await expect.poll(() => items.prune("done", { olderThanSeconds: 0.001 })).toBe(1);
      expect(await items.counts()).toEqual({ waiting: 0, running: 0, done: 0, dead: 1 });
      await expect.poll(() => items.prune("dead", { olderThanSeconds: 0.001 })).toBe(1);
      expect(await items.list()).toEqual([]);
    });
  });

  describe.skipIf(missing !== undefined || !ordered)("with orderBy", () => {
    it("handles the events of one key one after another, in order, also when one fails", async () => {
      const log: string[] = [];
      const running = new Set<string>();
      const { inbox, deliver } = open(
        async ({ id = "", body: { account = "" } }, { attempt }) => {
          expect(running).not.toContain(account);
          running.add(account);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running.delete(account);
          if (id === "a2" && attempt < 3) throw new Error("a2 fails twice");
          log.push(id);
        },
        { orderBy: (event) => event.body.account },
      );
      for (const id of ["a1", "a2", "a3", "b1", "b2", "b3", "x"]) {
        expect(await deliver(id, id === "x" ? {} : { account: id[0] })).toBe(200);
      }
      await inbox.start();
      await expect.poll(() => log.length).toBe(7);
      expect(log.filter((id) => id.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
      expect(log.filter((id) => id.startsWith("b"))).toEqual(["b1", "b2", "b3"]);
      // Another key does not wait for the one that fails.
      expect(log.indexOf("b3")).toBeLessThan(log.indexOf("a3"));
    });

    it("goes on with the next event of a key when one is a dead letter, or discarded", async () => {
      const log: string[] = [];
      const { inbox, deliver, inspect } = open(
        ({ id = "" }) => {
          if (id === "a1") throw new Error("a1 fails");
          if (id === "a2") throw new Error("a2 fails");
          log.push(id);
        },
        { orderBy: () => "a", retry: { delaysSeconds: [] } },
      );
      await deliver("a1");
      await inbox.start();
      for (const id of ["a2", "a3"]) await deliver(id);
      await expect.poll(() => log).toEqual(["a3"]);
      await expect.poll(() => inspect().counts()).toMatchObject({ dead: 2, done: 1 });
    });
  });
});

/** The same engine, which hands workers something else than it took. */
function changing(engine: InboxEngine, change: (item: TakenItem) => TakenItem): InboxEngine {
  return {
    ...engine,
    work: (queue, run, terms) => engine.work(queue, (item) => run(change(item)), terms),
  };
}
