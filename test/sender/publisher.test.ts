import type { Provider } from "@countersign/core";
import { para, paradym, standardWebhooks } from "@countersign/core/providers";
import {
  type AttemptReport,
  createPublisher,
  createSender,
  type Job,
  memoryQueue,
  memorySubscriptions,
  type Publisher,
  type PublisherOptions,
  type Queue,
  retryPolicies,
  type RetryPolicy,
  type SubscriptionStore,
} from "@countersign/sender";
import { startReceiver } from "@countersign/sender/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answer, rawServer } from "./raw-server.ts";
import { storeKinds } from "./subscription-stores.ts";

const providers = [standardWebhooks, para, paradym] as readonly Provider<object>[] as Provider[];
const ascending = (a = "", b = ""): number => (a < b ? -1 : Number(a > b));

/** A queue in memory whose retries wait until they are let go, whatever the schedule says. */
function queueWithHeldRetries(): { queue: Queue; held: Job[]; letGo: () => Promise<unknown> } {
  const memory = memoryQueue();
  const held: Job[] = [];
  return {
    queue: {
      shared: false,
      consume: (run, options) => memory.consume(run, options),
      enqueue: async (job, { delayMs = 0 } = {}) => {
        if (delayMs > 0) held.push(job);
        else await memory.enqueue(job);
      },
    },
    held,
    letGo: () => Promise.all(held.splice(0).map((job) => memory.enqueue(job))),
  };
}

async function list(store: SubscriptionStore, query: object): Promise<string[]> {
  return (await store.list({ limit: 10, ...query })).map(({ id }) => id);
}

for (const { name: kind, missing, open } of storeKinds) {
  describe.skipIf(missing)(`a publisher with subscriptions ${kind}`, () => {
    let store: SubscriptionStore;
    let close: () => Promise<void>;
    let ends: (() => Promise<void>)[];
    let reports: AttemptReport[];

    beforeEach(async () => {
      ({ store, close } = await open());
      ends = [];
      reports = [];
    });
    afterEach(async () => {
      for (const end of ends) {
        // oxlint-disable-next-line no-await-in-loop -- in this order
        await end();
      }
      await close();
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
        providers,
        onAttempt: (report) => reports.push(report),
        ...options,
      });
      await publisher.start();
      ends.push(
        () => publisher.stop(),
        () => sender.close(),
      );
      return publisher;
    }

    /** A receiver that is subscribed, with the secret that was generated for it. */
    async function subscribed(
      publisher: Publisher,
      input: { eventTypes?: string[]; filter?: string; provider?: string } = {},
    ) {
      // The receiver needs the secret, and the subscription the receiver's URL.
      const { subscription, secret = "" } = await publisher.subscribe({
        url: "http://127.0.0.1:1/",
        ...input,
      });
      const provider =
        providers.find(({ name }) => name === subscription.provider) ?? standardWebhooks;
      const receiver = await startReceiver({ provider, secret });
      await publisher.update(subscription.id, { url: receiver.url });
      ends.unshift(() => receiver.close());
      return { receiver, id: subscription.id };
    }

    test("delivers an event to those who want it, and to nobody else", async () => {
      const publisher = await publisherWith({ delaysSeconds: [] });
      const all = await subscribed(publisher);
      const photos = await subscribed(publisher, { eventTypes: ["photo.liked", "photo.shared"] });
      const users = await subscribed(publisher, { filter: "user" });
      const starred = await subscribed(publisher, { eventTypes: ["user.created"], filter: "*" });
      await publisher.publish({ type: "photo.liked", subject: "photo", body: { data: 1 } });
      await publisher.publish({ type: "user.created", subject: "user", body: { data: 2 } });
      await publisher.publish({ type: "tick", body: { data: 3 } });
      await publisher.stop();
      const types = [all, photos, users, starred].map(({ receiver }) =>
        receiver.events.map(({ type }) => type).toSorted(ascending),
      );
      expect(types).toEqual([
        ["photo.liked", "tick", "user.created"],
        ["photo.liked"],
        ["user.created"],
        ["user.created"],
      ]);
    });

    test("gives every subscriber the same id, and each its own secret and scheme", async () => {
      const publisher = await publisherWith({ delaysSeconds: [] });
      const one = await subscribed(publisher);
      const two = await subscribed(publisher);
      const three = await subscribed(publisher, { provider: "paradym" });
      const { id } = await publisher.publish({ type: "a", body: { data: 1 }, id: "msg_1" });
      await publisher.stop();
      expect(id).toBe("msg_1");
      expect(one.receiver.events[0]?.id).toBe("msg_1");
      expect(two.receiver.events[0]?.id).toBe("msg_1");
      expect(three.receiver.events[0]).toMatchObject({ provider: "paradym", type: "a" });
    });

    test("signs with the new and the old secret while they are changed over", async () => {
      const publisher = await publisherWith({ delaysSeconds: [] });
      const { receiver, id } = await subscribed(publisher);
      const [before = ""] = (await store.get(id))?.secrets ?? [];
      const after = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
      const changed = await startReceiver({ provider: standardWebhooks, secret: after });
      ends.unshift(() => changed.close());
      await publisher.update(id, { secret: [after, before] });
      await publisher.publish({ type: "a", body: {} });
      await receiver.waitForEvents(1, 30_000);
      await publisher.update(id, { url: changed.url });
      await publisher.publish({ type: "b", body: {} });
      await changed.waitForEvents(1, 30_000);
      expect(changed.events[0]?.type).toBe("b");
    });

    test("tries again as the policy says, and records each attempt", async () => {
      const publisher = await publisherWith({ delaysSeconds: [0.05, 0.05], jitter: 0 });
      const { receiver, id } = await subscribed(publisher);
      receiver.fail({ times: 2 });
      await publisher.publish({ type: "a", body: { data: 1 }, id: "msg_1" });
      await receiver.waitForEvents(1, 30_000);
      await publisher.stop();
      const [delivery, ...others] = await store.deliveries(id, { limit: 10 });
      expect(others).toEqual([]);
      expect(delivery).toMatchObject({
        eventId: "msg_1",
        type: "a",
        outcome: "delivered",
        attempts: [{ status: 500, error: "status" }, { status: 500 }, { status: 200 }],
      });
      expect(reports.map(({ outcome }) => outcome)).toEqual(["retrying", "retrying", "delivered"]);
      expect(await store.get(id)).toMatchObject({ active: true, failureCount: 0 });
    });

    test("counts failures in a row, and disables at the limit until it is enabled again", async () => {
      const publisher = await publisherWith({ delaysSeconds: [], disableAfterFailures: 3 });
      const { receiver, id } = await subscribed(publisher);
      const outcome = async (): Promise<unknown> => {
        const before = reports.length;
        await publisher.publish({ type: "a", body: { data: before } });
        await publisher.stop();
        await publisher.start();
        const { active, failureCount, disabledBecause } = (await store.get(id)) ?? {};
        return [reports.length - before, active, failureCount, disabledBecause];
      };
      receiver.fail({ times: 2 });
      expect(await outcome()).toEqual([1, true, 1, undefined]);
      expect(await outcome()).toEqual([1, true, 2, undefined]);
      expect(await outcome()).toEqual([1, true, 0, undefined]);
      receiver.fail({ times: 3 });
      await outcome();
      await outcome();
      expect(await outcome()).toEqual([1, false, 3, "failures"]);
      // Nothing is sent while it is disabled, and what came meanwhile when it is enabled.
      expect(await outcome()).toEqual([0, false, 3, "failures"]);
      const sent = reports.length;
      expect(await publisher.enable(id)).toMatchObject({ active: true, failureCount: 0 });
      await expect.poll(() => reports.length).toBe(sent + 1);
      expect(await outcome()).toEqual([1, true, 0, undefined]);
      receiver.fail({ times: 4 });
      for (let failed = 0; failed < 3; failed++) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await outcome();
      }
      // A change that makes it active does the same, so that its first failure is the first.
      expect(await publisher.update(id, { active: true })).toMatchObject({ failureCount: 0 });
      expect(await outcome()).toEqual([1, true, 1, undefined]);
      // And one that leaves it active forgets no failure.
      expect(await publisher.update(id, { active: true })).toMatchObject({ failureCount: 1 });
    });

    test("disables an endpoint that is gone", async () => {
      const publisher = await publisherWith({ delaysSeconds: [0, 0] });
      const server = await rawServer((socket) => socket.write(answer("410 Gone")));
      ends.unshift(() => server.close());
      const { subscription } = await publisher.subscribe({ url: server.url });
      await publisher.publish({ type: "a", body: {} });
      await publisher.publish({ type: "a", body: {} });
      await publisher.stop();
      expect(await store.get(subscription.id)).toMatchObject({
        active: false,
        disabledBecause: "gone",
      });
      expect(reports.every(({ outcome }) => outcome === "gone")).toBe(true);
    });

    test("drops the retries of a subscription that was deleted, and its record", async () => {
      const { queue, held, letGo } = queueWithHeldRetries();
      const publisher = await publisherWith({ delaysSeconds: [1] }, { queue });
      const { receiver, id } = await subscribed(publisher);
      receiver.fail({ times: 9 });
      await publisher.publish({ type: "a", body: {} });
      await expect.poll(() => held.length).toBe(1);
      await publisher.stop();
      expect(await store.delete(id)).toBe(true);
      expect(await store.delete(id)).toBe(false);
      await publisher.start();
      await letGo();
      await publisher.stop();
      expect(reports).toHaveLength(1);
      expect(await store.deliveries(id, { limit: 10 })).toEqual([]);
    });

    test("goes on when one subscription can't be signed for", async () => {
      const publisher = await publisherWith({ delaysSeconds: [0] });
      const { receiver } = await subscribed(publisher);
      const { subscription } = await publisher.subscribe({ url: receiver.url, provider: "para" });
      await store.update(subscription.id, { provider: "gone-from-this-version" });
      await publisher.publish({ type: "a", body: { data: 1 } });
      await publisher.stop();
      expect(receiver.events).toHaveLength(1);
      expect(reports.find(({ outcome }) => outcome === "failed")?.attempt).toMatchObject({
        error: "config",
        detail: 'This publisher has no provider "gone-from-this-version".',
      });
      await store.update(subscription.id, {
        provider: "standard-webhooks",
        secrets: ["no base64!"],
      });
      await publisher.start();
      await publisher.publish({ type: "b", body: { data: 2 } });
      await publisher.stop();
      expect(receiver.events).toHaveLength(2);
      expect(reports.filter(({ outcome }) => outcome === "failed")[1]?.attempt).toMatchObject({
        error: "config",
        detail: expect.stringContaining("the secret is not base64"),
      });
    });

    test("runs a job again when the store was away, and says so", async () => {
      const errors: unknown[] = [];
      let away = true;
      const flaky: SubscriptionStore = {
        ...store,
        matching: (event) =>
          away ? Promise.reject(new Error("the database is away")) : store.matching(event),
      };
      const publisher = await publisherWith(
        { delaysSeconds: [] },
        { subscriptions: flaky, onError: (error) => errors.push(error) },
      );
      const { receiver } = await subscribed(publisher);
      await publisher.publish({ type: "a", body: {} });
      await expect.poll(() => errors.length).toBe(1);
      away = false;
      await receiver.waitForEvents(1, 30_000);
      expect(errors).toEqual([new Error("the database is away")]);
    });

    test("makes no attempt again because it could not be recorded or logged, and keeps to the schedule", async () => {
      const errors: unknown[] = [];
      const unwritable: SubscriptionStore = {
        ...store,
        record: () => Promise.reject(new Error("the disk is full")),
      };
      const publisher = await publisherWith(
        { delaysSeconds: [0.05], jitter: 0 },
        {
          subscriptions: unwritable,
          onError: (error) => errors.push(error),
          onAttempt: (report) => {
            reports.push(report);
            throw new Error("the log is full");
          },
        },
      );
      const { receiver } = await subscribed(publisher);
      receiver.fail();
      await publisher.publish({ type: "a", body: {}, id: "msg_1" });
      await receiver.waitForEvents(1, 30_000);
      // A job that failed would come again after a second.
      await new Promise((resolve) => {
        setTimeout(resolve, 1300);
      });
      expect(receiver.requests).toBe(2);
      expect(reports.map(({ outcome }) => outcome)).toEqual(["retrying", "delivered"]);
      expect(errors.map((error) => (error as Error).message)).toEqual([
        "An attempt to deliver msg_1 could not be recorded.",
        "onAttempt threw.",
        "An attempt to deliver msg_1 could not be recorded.",
        "onAttempt threw.",
      ]);
      expect((errors[0] as Error).cause).toEqual(new Error("the disk is full"));
    });

    test("is stopped for whoever asks, also the second time, when what is under way has ended", async () => {
      const publisher = await publisherWith({ delaysSeconds: [] });
      const { receiver } = await subscribed(publisher);
      receiver.delay(200);
      await publisher.publish({ type: "a", body: {} });
      await expect.poll(() => receiver.requests).toBe(1);
      const ended: number[] = [];
      await Promise.all(
        [1, 2].map(async () => {
          await publisher.stop();
          ended.push(receiver.events.length);
        }),
      );
      expect(ended).toEqual([1, 1]);
      await publisher.stop();
    });

    test("remembers the hundred most recent deliveries of each", async () => {
      const publisher = await publisherWith({ delaysSeconds: [] });
      const { receiver, id } = await subscribed(publisher);
      for (let sent = 0; sent < 105; sent++) {
        // oxlint-disable-next-line no-await-in-loop
        await publisher.publish({ type: "a", body: { sent }, id: `msg_${sent}` });
      }
      await publisher.stop();
      expect(receiver.events).toHaveLength(105);
      const kept = await store.deliveries(id, { limit: 200 });
      expect(kept.length).toBeLessThanOrEqual(100);
      expect(kept.length).toBeGreaterThanOrEqual(99);
      expect(kept.map(({ updatedAt }) => updatedAt)).toEqual(
        kept
          .map(({ updatedAt }) => updatedAt)
          .toSorted(ascending)
          .toReversed(),
      );
    });

    test("lists in pages, by activity, provider and event type", async () => {
      const publisher = await publisherWith({ delaysSeconds: [] });
      const ids: string[] = [];
      for (let made = 0; made < 5; made++) {
        // oxlint-disable-next-line no-await-in-loop
        const { subscription } = await publisher.subscribe({
          url: `http://127.0.0.1:1/${made}`,
          provider: made % 2 === 0 ? "para" : "paradym",
          eventTypes: made === 0 ? ["create"] : ["*"],
          active: made !== 4,
        });
        ids.push(subscription.id);
      }
      const sorted = ids.toSorted(ascending);
      expect(await list(store, {})).toEqual(sorted);
      expect(await list(store, { limit: 2 })).toEqual(sorted.slice(0, 2));
      expect(await list(store, { after: sorted[1], limit: 2 })).toEqual(sorted.slice(2, 4));
      expect(await list(store, { active: false })).toEqual([ids[4]]);
      expect((await list(store, { provider: "para" })).toSorted(ascending)).toEqual(
        [ids[0], ids[2], ids[4]].toSorted(ascending),
      );
      expect(await list(store, { eventType: "update" })).not.toContain(ids[0]);
      expect(await list(store, { eventType: "create" })).toHaveLength(5);
    });
  });
}

describe("a subscription", () => {
  const sender = createSender();
  const publisher = createPublisher({
    sender,
    subscriptions: memorySubscriptions(),
    queue: memoryQueue(),
    providers,
  });
  const url = "https://example.com/hooks";

  test("gets a secret as its provider writes them, which is shown once", async () => {
    const standard = await publisher.subscribe({ url });
    const plain = await publisher.subscribe({ url, provider: "para" });
    expect(standard.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(plain.secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(standard.subscription)).not.toContain(standard.secret);
    const given = await publisher.subscribe({
      url,
      provider: "para",
      secret: "my own long secret",
    });
    expect(given.secret).toBeUndefined();
  });

  test.each([
    [{}, "url: It is missing."],
    [
      { url: "http://example.com/" },
      "url: Only https: is delivered to. To have http: as well, make the sender with allowHttp",
    ],
    [{ url: "https://10.0.0.1/" }, "url: 10.0.0.1 is not a public address."],
    [{ url, provider: "acme" }, "provider: It must be one of standard-webhooks, para, paradym."],
    [{ url, secret: "not base64!" }, "secret: standard-webhooks: the secret is not base64"],
    [{ url, secret: [] }, "secret: It must be text"],
    [{ url, eventTypes: [] }, "eventTypes: It must be a list"],
    [{ url, form: true }, "form: standard-webhooks sends no forms."],
    [{ url, provider: "acme" }, "add it to createPublisher({ providers: [...] })."],
    [{ url, event: "photo.liked" }, 'To choose events, write "eventTypes": ["their type"].'],
    [{ url, events: ["photo.liked"] }, 'To choose events, write "eventTypes": ["their type"].'],
    [{ url, failureCount: 0 }, "failureCount: There is no such field"],
  ])("%j is refused: %s", async (input, message) => {
    await expect(publisher.subscribe(input as { url: string })).rejects.toMatchObject({
      code: "subscription_invalid",
      message: expect.stringContaining(message) as string,
    });
  });

  test("is not changed by a change that is refused", async () => {
    const { subscription } = await publisher.subscribe({
      url,
      provider: "para",
      form: true,
      secret: "text that is not base64",
    });
    await expect(publisher.update(subscription.id, { provider: "paradym" })).rejects.toThrow(
      "form: paradym sends no forms.",
    );
    await expect(
      publisher.update(subscription.id, { provider: "standard-webhooks", form: false }),
    ).rejects.toThrow("secret: standard-webhooks: the secret is not base64");
    expect(await publisher.subscriptions.get(subscription.id)).toMatchObject({ provider: "para" });
    expect(await publisher.update("sub_none", { active: false })).toBeUndefined();
  });
});

/** The waits between the attempts at a receiver that always answers so, in seconds; nobody waits for them here. */
async function waits(policy: RetryPolicy, status: string, headers = ""): Promise<number[]> {
  const server = await rawServer((socket) => socket.write(answer(status, headers)));
  const sender = createSender({ allowPrivateAddresses: true, retry: { ...policy, jitter: 0 } });
  const delays: number[] = [];
  const jobs: Job[] = [];
  const publisher = createPublisher({
    sender,
    subscriptions: memorySubscriptions(),
    queue: {
      shared: false,
      async enqueue(job, { delayMs } = {}) {
        jobs.push(job);
        if (delayMs !== undefined) delays.push(delayMs / 1000);
      },
      async consume(run) {
        for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          await run(job);
        }
        return { stop: async () => {} };
      },
    },
  });
  await publisher.subscribe({ url: server.url });
  await publisher.publish({ type: "a", body: {} });
  await publisher.start();
  await sender.close();
  await server.close();
  return delays;
}

describe("the documented schedules", () => {
  test("of Standard Webhooks: ten attempts in 75 hours and 35 minutes", async () => {
    const [minute, hour] = [60, 3600];
    expect(await waits(retryPolicies.standardWebhooks, "500 Oops")).toEqual([
      5,
      5 * minute,
      30 * minute,
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour),
    ]);
  });

  test("of Para, of Paradym, and without a policy: a single attempt", async () => {
    expect(await waits(retryPolicies.para, "500 Oops")).toEqual([]);
    expect(await waits(retryPolicies.paradym, "500 Oops")).toEqual([]);
    expect(await waits(retryPolicies.none, "500 Oops")).toEqual([]);
  });

  test("give way to a longer Retry-After, of a day at the most", async () => {
    const policy = { delaysSeconds: [600, 600] };
    expect(await waits(policy, "503 Busy", "retry-after: 3600\r\n")).toEqual([3600, 3600]);
    expect(await waits(policy, "503 Busy", "retry-after: 60\r\n")).toEqual([600, 600]);
    expect(await waits(policy, "503 Busy", "retry-after: 31536000\r\n")).toEqual([86_400, 86_400]);
  });
});

test.each([
  [{ type: "" }, "type must be text"],
  [{ type: "a\u0000" }, "type must be text"],
  [{ id: "" }, "id must be text"],
  [{ id: "i".repeat(257) }, "id must be text"],
  [{ subject: "a\nb" }, "subject must be text"],
  [{ body: undefined }, "body must be an object or text"],
  [{ body: null }, "body must be an object or text"],
  [{ body: Buffer.from("{}") }, "body must be an object or text"],
  [{ body: new Map([["a", 1]]) }, "body must be an object or text"],
  [{ body: new URLSearchParams("a=1") }, "body must be an object or text"],
  [{ timestamp: new Date("never") }, "timestamp is not a valid date"],
])(
  "an event with %j is refused when it is published, not when it is delivered",
  async (wrong, message) => {
    const queue = memoryQueue();
    const publisher = createPublisher({
      sender: createSender(),
      subscriptions: memorySubscriptions(),
      queue,
    });
    const event = { type: "a", body: {}, ...wrong } as { type: string; body: object };
    await expect(publisher.publish(event)).rejects.toThrow(message);
    expect(queue.size).toBe(0);
  },
);

test("a publisher has as many jobs under way as it was told, else sixteen", async () => {
  const asked: number[] = [];
  const queue: Queue = {
    shared: false,
    enqueue: async () => {},
    consume: async (_, { concurrency }) => {
      asked.push(concurrency);
      return { stop: async () => {} };
    },
  };
  const parts = { sender: createSender(), subscriptions: memorySubscriptions(), queue };
  await createPublisher(parts).start();
  await createPublisher({ ...parts, concurrency: 3 }).start();
  expect(asked).toEqual([16, 3]);
  expect(() => createPublisher({ ...parts, concurrency: 0 })).toThrow("concurrency is 0");
  expect(() => createPublisher({ ...parts, providers: [undefined as never] })).toThrow(
    "providers must be a list of presets",
  );
});

test("a publisher whose queue was away can be stopped, and started again", async () => {
  const memory = memoryQueue();
  let away = true;
  const queue: Queue = {
    shared: false,
    enqueue: (job, options) => memory.enqueue(job, options),
    consume: async (run, options) => {
      if (away) throw new Error("the queue is away");
      return memory.consume(run, options);
    },
  };
  const publisher = createPublisher({
    sender: createSender(),
    subscriptions: memorySubscriptions(),
    queue,
  });
  await Promise.all(
    [1, 2].map(() => expect(publisher.start()).rejects.toThrow("the queue is away")),
  );
  await publisher.stop();
  const ended = await Promise.allSettled([publisher.start(), publisher.stop()]);
  expect(ended.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  away = false;
  await publisher.start();
  await publisher.publish({ type: "a", body: {} });
  await expect.poll(() => memory.size).toBe(0);
  await publisher.stop();
});

test.each([
  [
    "throws",
    () => {
      throw new Error("the log is full");
    },
  ],
  ["rejects", () => Promise.reject(new Error("the log is away"))],
])("a publisher whose onError %s warns instead, and makes no attempt again", async (_, onError) => {
  const warned: string[] = [];
  const listen = ({ message }: Error): void => void warned.push(message);
  process.on("warning", listen);
  const ran: Promise<void>[] = [];
  let run: (job: Job) => Promise<void>;
  const publisher = createPublisher({
    sender: createSender(),
    subscriptions: {
      ...memorySubscriptions(),
      record: () => Promise.reject(new Error("the disk is full")),
    },
    queue: {
      shared: false,
      enqueue: async (job) => void ran.push(run(job)),
      consume: async (given) => {
        run = given;
        return { stop: async () => {} };
      },
    },
    onError,
  });
  await publisher.start();
  const { subscription } = await publisher.subscribe({ url: "https://example.com/" });
  // An attempt that reaches nobody.
  await publisher.subscriptions.update(subscription.id, { url: "https://127.0.0.1/" });
  await publisher.publish({ type: "a", body: {}, id: "msg_1" });
  expect(ran).toHaveLength(1);
  // A job that rejects comes again.
  await expect(ran[0]).resolves.toBeUndefined();
  await expect.poll(() => warned).toEqual([expect.stringContaining("deliver msg_1 could not be")]);
  process.off("warning", listen);
});

test("a publisher says which of its parts is missing, or is something else", () => {
  const sender = createSender();
  const parts = { sender, subscriptions: memorySubscriptions(), queue: memoryQueue() };
  for (const [given, message] of [
    [undefined, "createPublisher: sender is missing. Pass createSender()."],
    [{}, "createPublisher: sender is missing. Pass createSender()."],
    [{ ...parts, queue: undefined }, "queue is missing. Pass memoryQueue() or rabbitmqQueue("],
    [
      { ...parts, subscriptions: memoryQueue() },
      "subscriptions does not have the methods create, get,",
    ],
    [
      { ...parts, queue: { ...memoryQueue(), shared: true } },
      "other processes share the queue, and not the subscriptions",
    ],
    [{ ...parts, hold: { maxCount: 0 } }, "hold.maxCount must be a whole number above 0."],
    [{ ...parts, hold: { maxAgeSeconds: -1 } }, "hold.maxAgeSeconds must be a number of seconds"],
    [{ ...parts, sender: {} }, "sender does not have the methods attempt, refusalOf."],
  ] as const) {
    const make = (): unknown => createPublisher(given as never);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: "config_invalid" }));
  }
});

test("options that nothing looks at are warned of once", async () => {
  const said: string[] = [];
  const listen = ({ message }: Error): void => void said.push(message);
  process.on("warning", listen);
  const misspelt = { timeout: 1, retry: { ...retryPolicies.none, jiter: 0 } };
  const sender = [createSender(misspelt), createSender(misspelt)][1];
  const parts = { sender, subscriptions: memorySubscriptions(), queue: memoryQueue() };
  createPublisher(Object.assign(parts, { concurency: 1 }) as never);
  await expect.poll(() => said.length).toBe(3);
  process.off("warning", listen);
  expect(said).toEqual([
    'createSender: the option "timeout" is unknown and has no effect. Did you mean timeoutMs?',
    'retry: the option "jiter" is unknown and has no effect. Did you mean jitter?',
    'createPublisher: the option "concurency" is unknown and has no effect. Did you mean concurrency?',
  ]);
});

test("a memory queue runs so many jobs at once and no more", async () => {
  const queue = memoryQueue();
  let running = 0;
  let most = 0;
  for (let added = 0; added < 9; added++) {
    // oxlint-disable-next-line no-await-in-loop
    await queue.enqueue({ event: { id: String(added), type: "a", body: {}, timestampMs: 1 } });
  }
  const consumer = await queue.consume(
    async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      running--;
    },
    { concurrency: 3 },
  );
  await Promise.all([consumer.stop(), consumer.stop()]);
  expect([most, running, queue.size]).toEqual([3, 0, 0]);
});

test("a full memory queue refuses, rather than losing or growing", async () => {
  const queue = memoryQueue({ maxJobs: 2 });
  const job = { event: { id: "1", type: "a", body: {}, timestampMs: 1 } };
  await queue.enqueue(job);
  await queue.enqueue(job, { delayMs: 60_000 });
  await expect(queue.enqueue(job)).rejects.toThrow("memoryQueue is full: 2 jobs wait.");
  expect(queue.size).toBe(2);
});
