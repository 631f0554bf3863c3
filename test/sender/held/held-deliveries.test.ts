import { setTimeout as sleep } from "node:timers/promises";
import {
  type AttemptReport,
  createPublisher,
  createSender,
  memoryQueue,
  type Publisher,
  type PublisherOptions,
  type RetryPolicy,
  type ShownSubscription,
  type SubscriptionStore,
} from "@countersign/sender";
import { startReceiver } from "@countersign/sender/testing";
import { standardWebhooks } from "@countersign/core/providers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storeKinds } from "../subscription-stores.ts";

const noRetry: RetryPolicy = { delaysSeconds: [] };

for (const { name: kind, missing, open } of storeKinds) {
  describe.skipIf(missing)(`while a subscription is disabled, with subscriptions ${kind}`, () => {
    let store: SubscriptionStore;
    let reports: AttemptReport[];
    const ends: (() => Promise<unknown>)[] = [];

    beforeEach(async () => {
      const opened = await open();
      store = opened.store;
      reports = [];
      ends.push(opened.close);
    });
    afterEach(async () => {
      for (const end of ends.splice(0).toReversed()) {
        // oxlint-disable-next-line no-await-in-loop -- in this order
        await end();
      }
    });

    async function publisherWith(
      retry: RetryPolicy,
      options: Partial<PublisherOptions> = {},
    ): Promise<Publisher> {
      const sender = createSender({ allowPrivateAddresses: true, retry });
      const publisher = createPublisher({
        sender,
        subscriptions: store,
        queue: memoryQueue(),
        onAttempt: (report) => reports.push(report),
        ...options,
      });
      await publisher.start();
      ends.push(
        () => sender.close(),
        () => publisher.stop(),
      );
      return publisher;
    }

    /** Returns a function that publishes an event, which fails or not, and tells whether the subscription is active and how many failures are counted. */
    async function publishing(failureWindowSeconds: number) {
      const publisher = await publisherWith({
        delaysSeconds: [],
        disableAfterFailures: 3,
        failureWindowSeconds,
      });
      const { receiver, id } = await subscribed(publisher);
      const publish = async (fails: boolean): Promise<unknown> => {
        if (fails) receiver.fail();
        const before = reports.length;
        await publisher.publish({ type: "a", body: { data: before } });
        await expect.poll(() => reports.length).toBe(before + 1);
        const { active, failureCount } = (await store.get(id)) ?? {};
        return [active, failureCount];
      };
      return { publish, enable: async () => publisher.enable(id) };
    }

    async function subscribed(publisher: Publisher) {
      const { subscription, secret = "" } = await publisher.subscribe({
        url: "http://127.0.0.1:1/",
      });
      const receiver = await startReceiver({ provider: standardWebhooks, secret });
      ends.push(() => receiver.close());
      await publisher.update(subscription.id, { url: receiver.url });
      return { receiver, id: subscription.id };
    }

    const outcomes = async (id: string): Promise<Record<string, string>> =>
      Object.fromEntries(
        (await store.deliveries(id, { limit: 200 })).map((one) => [one.eventId, one.outcome]),
      );

    test("a retry that comes due is held, and sent when it is enabled", async () => {
      const publisher = await publisherWith({ delaysSeconds: [0.3], jitter: 0 });
      const { receiver, id } = await subscribed(publisher);
      receiver.fail();
      await publisher.publish({ type: "a", body: { data: 1 }, id: "msg_1" });
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "retrying" });
      const [retrying] = await store.deliveries(id, { limit: 1 });
      expect(Date.parse(retrying?.nextAttemptAt ?? "")).toBeGreaterThan(
        Date.parse(retrying?.updatedAt ?? ""),
      );
      await publisher.update(id, { active: false });
      // Paused by its owner, it does not want what is new.
      await publisher.publish({ type: "a", body: { data: 2 }, id: "msg_2" });
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "held" });
      expect(receiver.requests).toBe(1);
      const [held] = await store.deliveries(id, { limit: 10, outcome: "held" });
      expect(held).toMatchObject({
        eventId: "msg_1",
        attempts: [{ status: 500 }],
        totals: { attempts: 1, successful: 0, failed: 1, lastAttempt: held?.attempts[0]?.at },
        heldSince: expect.stringMatching(/^\d{4}-/) as string,
      });

      await publisher.update(id, { active: true });
      await receiver.waitForEvents(1, 30_000);
      expect(receiver.events[0]).toMatchObject({ id: "msg_1", body: { data: 1 } });
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "delivered" });
      const [sent] = await store.deliveries(id, { limit: 1 });
      expect(sent?.totals).toMatchObject({ attempts: 2, successful: 1, failed: 1 });
      expect(sent?.heldSince).toBeUndefined();
    });

    test("by failures, the owner is told once, and what is published meanwhile is held too", async () => {
      const told: [ShownSubscription, AttemptReport][] = [];
      const publisher = await publisherWith(
        { delaysSeconds: [0.1, 0.1], jitter: 0, disableAfterFailures: 2 },
        { onDisabled: (...what) => void told.push(what), concurrency: 1 },
      );
      const { receiver, id } = await subscribed(publisher);
      receiver.fail({ times: 2 });
      await publisher.publish({ type: "a", body: {}, id: "msg_1" });
      await publisher.publish({ type: "a", body: {}, id: "msg_2" });
      await publisher.publish({ type: "a", body: {}, id: "msg_3" });
      await expect
        .poll(() => outcomes(id))
        .toEqual({ msg_1: "held", msg_2: "held", msg_3: "held" });
      expect(told).toMatchObject([
        [
          { id, active: false, disabledBecause: "failures", failureCount: 2 },
          { eventId: "msg_2", attempt: { status: 500 } },
        ],
      ]);
      expect(JSON.stringify(told)).not.toContain("whsec_");
      expect(receiver.requests).toBe(2);

      await publisher.enable(id);
      await receiver.waitForEvents(3, 30_000);
      await expect
        .poll(() => outcomes(id))
        .toEqual({ msg_1: "delivered", msg_2: "delivered", msg_3: "delivered" });
    });

    test("again right after it was enabled, what is left is held again", async () => {
      const publisher = await publisherWith(
        { delaysSeconds: [0.05], jitter: 0, disableAfterFailures: 1 },
        { concurrency: 1 },
      );
      const { receiver, id } = await subscribed(publisher);
      receiver.fail({ times: 2 });
      for (const event of ["msg_1", "msg_2", "msg_3"]) {
        // oxlint-disable-next-line no-await-in-loop -- in order
        await publisher.publish({ type: "a", body: {}, id: event });
      }
      const allHeld = { msg_1: "held", msg_2: "held", msg_3: "held" };
      await expect.poll(() => outcomes(id)).toEqual(allHeld);
      await publisher.enable(id);
      await expect.poll(() => receiver.requests).toBe(2);
      await expect.poll(() => outcomes(id)).toEqual(allHeld);
      await publisher.enable(id);
      await receiver.waitForEvents(3, 30_000);
    });

    test("no more than so many are held; the oldest are dropped, and can be sent by hand", async () => {
      const publisher = await publisherWith(
        { delaysSeconds: [], disableAfterFailures: 1 },
        { hold: { maxCount: 2 }, concurrency: 1 },
      );
      const { receiver, id } = await subscribed(publisher);
      receiver.fail();
      const since = new Date();
      for (let sent = 0; sent < 5; sent++) {
        // oxlint-disable-next-line no-await-in-loop -- in order
        await publisher.publish({ type: "a", body: { data: sent }, id: `msg_${sent}` });
        // oxlint-disable-next-line no-await-in-loop
        await expect.poll(async () => Object.keys(await outcomes(id)).length).toBe(sent + 1);
      }
      expect(await outcomes(id)).toEqual({
        msg_0: "failed",
        msg_1: "dropped",
        msg_2: "dropped",
        msg_3: "held",
        msg_4: "held",
      });
      await publisher.enable(id);
      await receiver.waitForEvents(2, 30_000);
      expect(await publisher.redeliver(id, { since })).toBe(3);
      await receiver.waitForEvents(5, 30_000);
      expect(new Set(receiver.events.map((event) => event.id))).toEqual(
        new Set([0, 1, 2, 3, 4].map((sent) => `msg_${sent}`)),
      );
    });

    test("what was held for too long ends as expired", async () => {
      const publisher = await publisherWith(
        { delaysSeconds: [], disableAfterFailures: 1 },
        { hold: { maxAgeSeconds: 0.2 } },
      );
      const { receiver, id } = await subscribed(publisher);
      receiver.fail();
      await publisher.publish({ type: "a", body: {}, id: "msg_1" });
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "failed" });
      await publisher.publish({ type: "a", body: {}, id: "msg_2" });
      await expect.poll(() => outcomes(id)).toMatchObject({ msg_2: "held" });
      await sleep(250);
      await publisher.stop();
      // Looks at once, and from time to time.
      await publisher.start();
      await expect.poll(() => outcomes(id)).toMatchObject({ msg_2: "expired" });
      await publisher.enable(id);
      await publisher.stop();
      expect(receiver.events).toEqual([]);
    });

    test("an endpoint that is gone keeps its retries, and gets nothing new", async () => {
      // Long enough that the second event comes before the retry of the first, also on a busy machine.
      const publisher = await publisherWith({ delaysSeconds: [3], jitter: 0 });
      const { receiver, id } = await subscribed(publisher);
      receiver.fail({ status: 500 });
      receiver.fail({ status: 410 });
      await publisher.publish({ type: "a", body: {}, id: "msg_1" });
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "retrying" });
      await publisher.publish({ type: "a", body: {}, id: "msg_2" });
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "held", msg_2: "gone" });
      await publisher.publish({ type: "a", body: {}, id: "msg_3" });
      await publisher.stop();
      expect(await outcomes(id)).toEqual({ msg_1: "held", msg_2: "gone" });
    });

    test("one delivery is sent again, whatever came of it, and is held where it can't be", async () => {
      const publisher = await publisherWith(noRetry);
      const { receiver, id } = await subscribed(publisher);
      await publisher.publish({ type: "a", body: { data: 1 }, id: "msg_1" });
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "delivered" });
      expect(await publisher.redeliver(id, { eventId: "msg_none" })).toBe(0);
      expect(await publisher.redeliver("sub_none", { eventId: "msg_1" })).toBe(0);
      expect(await publisher.redeliver(id, { eventId: "msg_1" })).toBe(1);
      await expect
        .poll(() => receiver.receipts.map(({ outcome }) => outcome))
        .toEqual(["accepted", "duplicate"]);
      await publisher.update(id, { active: false });
      await publisher.redeliver(id, { eventId: "msg_1" });
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "held" });
      await publisher.enable(id);
      await expect.poll(() => receiver.requests).toBe(3);
    });

    test("a time that is none is refused", async () => {
      const publisher = await publisherWith(noRetry);
      await expect(
        publisher.redeliver("sub_1", { since: new Date("never") }),
      ).rejects.toMatchObject({ code: "config_invalid" });
    });

    test("the retries that a queue in memory forgot with its process are found by their record", async () => {
      const publisher = await publisherWith({ delaysSeconds: [0.01] });
      const { receiver, id } = await subscribed(publisher);
      const event = { id: "msg_1", type: "a", body: { data: 1 }, timestampMs: Date.now() };
      const attempt = {
        at: new Date().toISOString(),
        durationMs: 1,
        error: "timeout",
        sentBytes: 1,
        receivedBytes: 0,
      } as const;
      // As the process that died had recorded it, ten minutes ago.
      const report = { subscriptionId: id, eventId: event.id, type: "a", attempt };
      await store.record(
        { ...report, outcome: "retrying" },
        { event, nextAttemptAt: new Date(Date.now() - 600_000), policy: {} },
      );
      await publisher.stop();
      await publisher.start();
      await receiver.waitForEvents(1, 30_000);
      await expect.poll(() => outcomes(id)).toEqual({ msg_1: "delivered" });
    });

    test("one lease excludes another, until it lapses", async () => {
      const publisher = await publisherWith(noRetry);
      const { id } = await subscribed(publisher);
      await publisher.stop();
      await publisher.update(id, { active: false });
      const event = { id: "msg_1", type: "a", body: { data: "\u0000 😀" }, timestampMs: 1 };
      const policy = { maxAgeSeconds: 60, maxCount: 10 };
      expect(await store.hold({ subscriptionId: id, event }, policy)).toBe(true);
      expect(await store.hold({ subscriptionId: "sub_none", event }, policy)).toBe(false);
      const lease = (token: string) =>
        store.lease({ select: "held" }, { token, leaseMs: 200, limit: 10 });
      expect(await lease("early")).toEqual([]);
      await store.update(id, { active: true });
      expect(await store.hold({ subscriptionId: id, event }, policy)).toBe(false);
      expect(await lease("one")).toEqual([{ subscriptionId: id, event }]);
      expect(await lease("two")).toEqual([]);
      await sleep(250);
      expect(await lease("three")).toHaveLength(1);
      await store.markQueued("one");
      expect(await outcomes(id)).toEqual({ msg_1: "held" });
      await store.markQueued("three");
      expect(await outcomes(id)).toEqual({ msg_1: "retrying" });
    });

    test("held deliveries don't make the others forgotten, nor the others them", async () => {
      const publisher = await publisherWith(
        { delaysSeconds: [], disableAfterFailures: 1 },
        { concurrency: 1 },
      );
      const { receiver, id } = await subscribed(publisher);
      receiver.fail();
      for (let sent = 0; sent < 130; sent++) {
        // oxlint-disable-next-line no-await-in-loop -- in order
        await publisher.publish({ type: "a", body: {}, id: `msg_${sent}` });
      }
      await expect
        .poll(async () => (await store.deliveries(id, { limit: 200, outcome: "held" })).length)
        .toBe(129);
      expect(await outcomes(id)).toMatchObject({ msg_0: "failed", msg_129: "held" });
      await publisher.enable(id);
      await receiver.waitForEvents(129, 30_000);
    });

    describe("where the policy counts failures in windows", () => {
      test("those of one window add up, whatever succeeds between them", async () => {
        const { publish, enable } = await publishing(600);
        expect(await publish(true)).toEqual([true, 1]);
        expect(await publish(false)).toEqual([true, 1]);
        expect(await publish(true)).toEqual([true, 2]);
        expect(await publish(false)).toEqual([true, 2]);
        expect(await publish(true)).toEqual([false, 3]);
        expect(await enable()).toMatchObject({ failureCount: 0 });
        expect(await publish(true)).toEqual([true, 1]);
      });

      test("one that comes after the window begins the next", async () => {
        const { publish } = await publishing(0.2);
        expect(await publish(true)).toEqual([true, 1]);
        await sleep(250);
        expect(await publish(true)).toEqual([true, 1]);
      });
    });

    test("events that match nothing are told of, counted, and can be seen", async () => {
      const unmatched: string[] = [];
      const publisher = await publisherWith(noRetry, {
        onUnmatched: ({ type }) => void unmatched.push(type),
      });
      await publisher.subscribe({ url: "http://127.0.0.1:1/", eventTypes: ["a"] });
      for (const type of ["b", "c", "b"]) {
        // oxlint-disable-next-line no-await-in-loop -- in order
        await publisher.publish({ type, body: {} });
      }
      await publisher.stop();
      expect(unmatched.toSorted()).toEqual(["b", "b", "c"]);
      const counts = await store.unmatched({ limit: 10 });
      expect(Object.fromEntries(counts.map(({ type, count }) => [type, count]))).toEqual({
        b: 2,
        c: 1,
      });
    });
  });
}
