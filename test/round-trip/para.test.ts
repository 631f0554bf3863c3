import { para } from "@countersign/core/providers";
import { startReceiver } from "@countersign/sender/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { paraLike, type ParaLike } from "../../examples/para-like/service.ts";

const secret = "a secret of these tests";
let store: ParaLike;
const closes: (() => Promise<void>)[] = [];

beforeEach(async () => {
  store = paraLike({
    allowPrivateAddresses: true,
    retry: { delaysSeconds: [0.02, 0.02], jitter: 0, disableAfterFailures: 6 },
  });
  await store.publisher.start();
});
afterEach(async () => {
  // oxlint-disable-next-line no-await-in-loop -- in this order
  for (const close of closes.splice(0)) await close();
  await store.close();
});

// oxlint-disable-next-line typescript/no-explicit-any -- JSON of any shape, for assertions
async function call(method: string, path: string, body?: object): Promise<any> {
  const response = await store.handle(
    new Request(`http://para.example${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
  return response.json().catch(() => undefined);
}

async function listener(webhook: object) {
  const headers: Record<string, unknown>[] = [];
  const receiver = await startReceiver({
    provider: para,
    secret,
    handler: (_, { req }) => void headers.push(req.headers),
  });
  closes.push(() => receiver.close());
  const { id } = await call("POST", "/v1/webhooks", {
    targetUrl: receiver.url,
    secret,
    ...webhook,
  });
  return { receiver, headers, id: String(id) };
}

const everything = {
  create: true,
  update: true,
  delete: true,
  createAll: true,
  updateAll: true,
  deleteAll: true,
};

describe("Para's webhooks", () => {
  test("tell of all six events, in the documented shape, as forms", async () => {
    const { receiver, headers } = await listener({
      ...everything,
      typeFilter: "*",
      urlEncoded: true,
    });
    const ana = { id: "1", type: "user", name: "Ana + Bo & Co — ü" };
    await call("POST", "/v1/user", ana);
    await call("PATCH", "/v1/user/1", { name: "Ana" });
    await call("DELETE", "/v1/user/1");
    await call("POST", "/v1/_batch", [ana, { id: "2", type: "user" }]);
    await call("PATCH", "/v1/_batch", [
      { id: "1", name: "A" },
      { id: "2", name: "B" },
    ]);
    await call("DELETE", "/v1/_batch?ids=1&ids=2");
    await receiver.waitForEvents(6, 30_000);
    const types = receiver.events.map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set(Object.keys(everything)));
    expect(new Set(headers.map((sent) => sent["x-para-event"]))).toEqual(new Set(types));
    expect(
      headers.every((sent) => sent["content-type"] === "application/x-www-form-urlencoded"),
    ).toBe(true);
    const created = receiver.events.find(({ type }) => type === "create");
    expect(created?.body).toEqual({
      appid: "myapp",
      event: "create",
      timestamp: created?.timestamp?.getTime(),
      items: [ana],
    });
    const both = receiver.events.find(({ type }) => type === "updateAll");
    expect(both?.body.items.map(({ name }) => name)).toEqual(["A", "B"]);
  });

  test("are JSON unless urlEncoded is true, with Para's User-Agent", async () => {
    const { receiver, headers } = await listener({ create: true });
    await call("POST", "/v1/user", { id: "1" });
    await receiver.waitForEvents(1, 30_000);
    expect(headers[0]?.["content-type"]).toBe("application/json");
    expect(headers[0]?.["user-agent"]).toMatch(/^Para Webhook Dispacher \d/);
  });

  test("tell of the chosen events and types only; a blank or * filter is all", async () => {
    const users = await listener({ create: true, typeFilter: "USER" });
    const blank = await listener({ create: true, typeFilter: "" });
    const star = await listener({ update: true, typeFilter: "*" });
    await call("POST", "/v1/question", { id: "q" });
    await call("POST", "/v1/user", { id: "u" });
    await call("PATCH", "/v1/user/u", { name: "A" });
    await store.publisher.stop();
    const seen = [users, blank, star].map(
      ({ receiver }) =>
        new Set(receiver.events.map(({ type, body }) => `${type} ${body.items[0]?.type}`)),
    );
    expect(seen).toEqual([
      new Set(["create user"]),
      new Set(["create question", "create user"]),
      new Set(["update user"]),
    ]);
  });

  test("carry events of the application's own", async () => {
    const { receiver, headers } = await listener({ customEvents: ["post.like"] });
    await call("POST", "/v1/webhooks", {
      triggeredEvent: "post.like",
      customPayload: { post_id: "p", title: "Hello world" },
    });
    await receiver.waitForEvents(1, 30_000);
    expect(receiver.events[0]).toMatchObject({
      type: "post.like",
      body: { items: [{ post_id: "p" }] },
    });
    expect(headers[0]?.["x-para-event"]).toBe("post.like");
  });

  test("carry a list of the application's own as it is", async () => {
    const { receiver } = await listener({ customEvents: ["post.like"] });
    const customPayload = [{ post_id: "p" }, { post_id: "q" }];
    await call("POST", "/v1/webhooks", { triggeredEvent: "post.like", customPayload });
    await receiver.waitForEvents(1, 30_000);
    expect(receiver.events[0]?.body.items).toEqual(customPayload);
  });

  test("are sent without a webhook where a trigger says where to", async () => {
    const receiver = await startReceiver({ provider: para, secret });
    closes.push(() => receiver.close());
    const answer = await call("POST", "/v1/webhooks", {
      targetUrl: receiver.url,
      secret,
      triggeredEvent: "post.like",
      customPayload: { post_id: "p" },
    });
    expect(answer).toMatchObject({ id: "triggered:post.like" });
    await receiver.waitForEvents(1, 30_000);
    expect(receiver.events[0]).toMatchObject({ type: "post.like" });
    expect(await call("GET", "/v1/webhooks")).toMatchObject({ items: [] });
  });

  test.each([
    ["tags:a|b", ["1", "2"]],
    ["tags:a,b", ["1"]],
    ["name:Ana", ["1"]],
    ["name:Ana|Bo", ["1", "2"]],
    ["name:-", ["3"]],
    ["name", []],
    ["missing:x", []],
  ])("with the propertyFilter %s tell of %j", async (propertyFilter, expected) => {
    const { receiver } = await listener({ create: true, propertyFilter });
    await call("POST", "/v1/user", { id: "1", name: "Ana", tags: ["a", "b"] });
    await call("POST", "/v1/user", { id: "2", name: "Bo", tags: ["b"] });
    await call("POST", "/v1/user", { id: "3", name: "", tags: ["c"] });
    await store.publisher.stop();
    expect(new Set(receiver.events.map(({ body }) => body.items[0]?.id))).toEqual(
      new Set(expected),
    );
  });

  test("go by the type of the first item where there are several", async () => {
    const { receiver } = await listener({ createAll: true, typeFilter: "user" });
    const [user, question] = [
      { id: "1", type: "user" },
      { id: "2", type: "question" },
    ];
    await call("POST", "/v1/_batch", [question, user]);
    await call("POST", "/v1/_batch", [user, question]);
    await store.publisher.stop();
    expect(receiver.events.map(({ body }) => body.items)).toEqual([[user, question]]);
  });

  test("come in as many copies at once as repeatedDeliveryAttempts says", async () => {
    const { receiver } = await listener({ create: true, repeatedDeliveryAttempts: -3 });
    await call("POST", "/v1/user", { id: "1" });
    await store.publisher.stop();
    expect(receiver.requests).toBe(3);
    expect(receiver.events).toHaveLength(1);
  });

  test("are listed, replaced and signed with the app's own secret", async () => {
    const own = paraLike({ secretKey: secret, allowPrivateAddresses: true });
    await store.close();
    store = own;
    await store.publisher.start();
    const { receiver, id } = await listener({ update: true, secret: "{{secretKey}}" });
    const replaced = { targetUrl: receiver.url, create: true, typeFilter: "user" };
    expect(await call("PUT", `/v1/webhooks/${id}`, replaced)).toMatchObject({
      create: true,
      update: false,
      typeFilter: "user",
      active: true,
    });
    expect((await call("GET", "/v1/webhooks")).items).toMatchObject([{ id, create: true }]);
    await call("PUT", "/v1/user/1", { name: "Ana" });
    await receiver.waitForEvents(1, 30_000);
    expect(await call("GET", "/v1/user/1")).toEqual({ id: "1", type: "user", name: "Ana" });
  });

  test("ten failures within ten minutes disable, whatever succeeds in between", async () => {
    await store.close();
    store = paraLike({ allowPrivateAddresses: true });
    await store.publisher.start();
    const { receiver, id } = await listener({ create: true });
    for (let made = 0; made < 10; made++) {
      for (const fails of [true, false]) {
        if (fails) receiver.fail();
        const before = receiver.requests;
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await call("POST", "/v1/user", { id: `${made} ${fails}` });
        // oxlint-disable-next-line no-await-in-loop
        if (made < 9 || fails)
          await vi.waitUntil(() => receiver.requests > before, { timeout: 30_000 });
      }
    }
    await expect
      .poll(() => call("GET", `/v1/webhooks/${id}`))
      .toMatchObject({ active: false, tooManyFailures: true });
    expect(receiver.events).toHaveLength(9);
  });

  test("are tried again several times, then disabled, and sent again once enabled", async () => {
    const { receiver, id } = await listener({ create: true });
    receiver.fail({ times: 6 });
    await call("POST", "/v1/user", { id: "1" });
    await call("POST", "/v1/user", { id: "2" });
    await expect
      .poll(() => call("GET", `/v1/webhooks/${id}`))
      .toMatchObject({
        active: false,
        tooManyFailures: true,
      });
    expect(receiver.requests).toBe(6);
    expect(receiver.events).toEqual([]);
    await call("POST", "/v1/user", { id: "3" });
    await store.publisher.stop();
    expect(receiver.requests).toBe(6);

    await store.publisher.start();
    expect(await call("PATCH", `/v1/webhooks/${id}`, { active: true })).toMatchObject({
      active: true,
      tooManyFailures: false,
    });
    await call("POST", "/v1/user", { id: "4" });
    // What happened while it was disabled is not lost.
    await receiver.waitForEvents(2, 30_000);
    expect(new Set(receiver.events.map(({ body }) => body.items[0]?.id))).toEqual(
      new Set(["3", "4"]),
    );
  });

  test("tell of nothing that was not there, nor of what is no request of the store's", async () => {
    const { receiver } = await listener({ ...everything });
    const statuses: number[] = [];
    for (const [method, path, body] of [
      ["DELETE", "/v1/user/nobody"],
      ["DELETE", "/v1/_batch?ids=nobody"],
      ["GET", "/v1/user/nobody"],
      ["OPTIONS", "/v1/user/nobody"],
      ["POST", "/v1/user", "{"],
      ["POST", "/v1/webhooks", "{"],
    ] as const) {
      const request = new Request(`http://para.example${path}`, { method, ...(body && { body }) });
      // oxlint-disable-next-line no-await-in-loop
      statuses.push((await store.handle(request)).status);
    }
    expect(statuses).toEqual([404, 404, 404, 405, 400, 400]);
    await store.publisher.stop();
    expect(receiver.requests).toBe(0);
  });

  test("are handled once, when a delivery is repeated", async () => {
    const { receiver } = await listener({ create: true });
    receiver.drop({ when: "after" });
    await call("POST", "/v1/user", { id: "1" });
    await expect
      .poll(() => receiver.receipts.map(({ outcome }) => outcome))
      .toEqual(["accepted", "duplicate"]);
    expect(receiver.events).toHaveLength(1);
  });

  test("with another secret are refused", async () => {
    const receiver = await startReceiver({ provider: para, secret: "another" });
    closes.push(() => receiver.close());
    await call("POST", "/v1/webhooks", { targetUrl: receiver.url, secret, create: true });
    await call("POST", "/v1/user", { id: "1" });
    await expect
      .poll(() => receiver.receipts.map(({ code }) => code))
      .toContain("signature_mismatch");
    expect(receiver.events).toEqual([]);
  });
});
