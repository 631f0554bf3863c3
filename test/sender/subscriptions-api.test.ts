import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { github, para, standardWebhooks } from "@countersign/core/providers";
import {
  createPublisher,
  createSender,
  memoryQueue,
  memorySubscriptions,
  subscriptionsApi,
} from "@countersign/sender";
import { startReceiver } from "@countersign/sender/testing";
import { afterAll, describe, expect, test } from "vitest";

const sender = createSender({ allowPrivateAddresses: true });
const publisher = createPublisher({
  sender,
  subscriptions: memorySubscriptions(),
  queue: memoryQueue(),
  providers: [standardWebhooks, para],
});
const api = subscriptionsApi({
  publisher,
  authorize: (request) => request.headers.get("authorization") === "Bearer token",
  basePath: "/v1/hooks/",
});
afterAll(() => sender.close());

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON of any shape, for assertions
  readonly body: any;
  readonly headers: Headers;
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await api(
    new Request(`https://api.example${path}`, {
      method,
      headers: { authorization: "Bearer token", "content-type": "application/json" },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? undefined : JSON.parse(text),
    headers: response.headers,
  };
}

describe("the subscriptions API", () => {
  test("creates, reads, changes and deletes", async () => {
    const created = await call("POST", "/v1/hooks", {
      url: "https://example.com/hooks",
      eventTypes: ["photo.liked"],
    });
    const { id, secret } = created.body;
    expect(created.status).toBe(201);
    expect(created.headers.get("location")).toBe(`/v1/hooks/${id}`);
    expect(secret).toMatch(/^whsec_/);
    const read = await call("GET", `/v1/hooks/${id}`);
    expect(read).toMatchObject({
      status: 200,
      body: { id, provider: "standard-webhooks", eventTypes: ["photo.liked"], active: true },
    });
    const changed = await call("PATCH", `/v1/hooks/${id}`, { active: false, filter: "user" });
    expect(changed).toMatchObject({ status: 200, body: { active: false, filter: "user" } });
    expect((await call("DELETE", `/v1/hooks/${id}`)).status).toBe(204);
    expect((await call("DELETE", `/v1/hooks/${id}`)).status).toBe(404);
    expect((await call("GET", `/v1/hooks/${id}`)).status).toBe(404);
  });

  test("never shows a secret again, given or generated", async () => {
    const given = "a secret that was given by somebody";
    const url = "https://example.com/hooks";
    const one = await call("POST", "/v1/hooks", { url, provider: "para", secret: given });
    const two = await call("POST", "/v1/hooks", { url });
    const answers = [
      one,
      await call("GET", `/v1/hooks/${one.body.id}`),
      await call("GET", `/v1/hooks/${two.body.id}`),
      await call("PATCH", `/v1/hooks/${two.body.id}`, { active: true }),
      await call("POST", `/v1/hooks/${two.body.id}/enable`),
      await call("GET", "/v1/hooks?limit=200"),
      await call("PATCH", `/v1/hooks/${one.body.id}`, { provider: "standard-webhooks" }),
    ];
    const seen = JSON.stringify(answers.map(({ body }) => body));
    expect(seen).not.toContain(given);
    expect(seen).not.toContain(two.body.secret);
    expect(answers.at(-1)?.status).toBe(400);
  });

  test("lists in pages", async () => {
    for (let made = 0; made < 5; made++) {
      // oxlint-disable-next-line no-await-in-loop
      await call("POST", "/v1/hooks", {
        url: `https://example.com/${made}`,
        provider: "para",
        eventTypes: ["paged"],
        active: made > 0,
      });
    }
    const urls: string[] = [];
    let cursor = "";
    let pages = 0;
    do {
      // oxlint-disable-next-line no-await-in-loop
      const { body } = await call("GET", `/v1/hooks?provider=para&active=true&limit=3${cursor}`);
      urls.push(...body.items.map(({ url }: { url: string }) => url));
      cursor = body.cursor === undefined ? "" : `&cursor=${body.cursor}`;
      pages++;
    } while (cursor !== "");
    expect(pages).toBeGreaterThan(1);
    const whole = await call("GET", `/v1/hooks?provider=para&active=true&limit=${urls.length}`);
    expect(whole.body.items).toHaveLength(urls.length);
    expect(whole.body.cursor).toBeUndefined();
    expect(urls).toContain("https://example.com/4");
    expect(urls).not.toContain("https://example.com/0");
    expect(new Set(urls).size).toBe(urls.length);
  });

  test("sends a test event, enables again, and lists deliveries", async () => {
    const { body } = await call("POST", "/v1/hooks", { url: "http://127.0.0.1:1/" });
    const receiver = await startReceiver({ provider: standardWebhooks, secret: body.secret });
    await call("PATCH", `/v1/hooks/${body.id}`, { url: receiver.url });
    const tested = await call("POST", `/v1/hooks/${body.id}/test`);
    expect(tested).toMatchObject({ status: 200, body: { status: 200 } });
    expect(receiver.events[0]).toMatchObject({ type: "test" });
    await call("POST", `/v1/hooks/${body.id}/test`, { type: "photo.liked", body: { data: 1 } });
    expect(receiver.events[1]).toMatchObject({ type: "photo.liked", body: { data: 1 } });
    await publisher.start();
    await publisher.publish({ type: "a", body: {}, id: "msg_listed" });
    await publisher.stop();
    const deliveries = await call("GET", `/v1/hooks/${body.id}/deliveries`);
    expect(deliveries.body.items).toMatchObject([
      { eventId: "msg_listed", outcome: "delivered", attempts: [{ status: 200 }] },
    ]);
    await call("PATCH", `/v1/hooks/${body.id}`, { active: false });
    const enabled = await call("POST", `/v1/hooks/${body.id}/enable`);
    expect(enabled).toMatchObject({ status: 200, body: { active: true, failureCount: 0 } });
    await receiver.close();
  });

  test("refuses whoever is not authorized, for every route", async () => {
    for (const path of ["", "/sub_1", "/sub_1/test", "/sub_1/deliveries", "/none/of/these"]) {
      // oxlint-disable-next-line no-await-in-loop
      const response = await api(new Request(`https://api.example/v1/hooks${path}`));
      expect(response.status).toBe(401);
    }
  });

  test.each([
    ["POST", "/v1/hooks", "{", 400],
    ["POST", "/v1/hooks", "[]", 400],
    ["POST", "/v1/hooks", "null", 400],
    ["POST", "/v1/hooks", { url: "ftp://example.com" }, 400],
    ["POST", "/v1/hooks", { url: 5 }, 400],
    ["POST", "/v1/hooks", { url: "https://example.com", eventTypes: "a" }, 400],
    ["POST", "/v1/hooks", { url: "https://example.com", eventTypes: [{}] }, 400],
    ["POST", "/v1/hooks", { url: "https://example.com", extra: 1 }, 400],
    ["POST", "/v1/hooks", " ".repeat(70_000), 400],
    // PostgreSQL has no place for a NUL.
    ["POST", "/v1/hooks", { url: "https://example.com/\u0000" }, 400],
    ["POST", "/v1/hooks", { url: "https://example.com", eventTypes: ["a\u0000"] }, 400],
    ["POST", "/v1/hooks", { url: "https://example.com", filter: "a\u0000" }, 400],
    ["GET", "/v1/hooks?cursor=%00", undefined, 400],
    ["GET", "/v1/hooks?eventType=%00", undefined, 400],
    ["GET", "/v1/hooks?provider=%00", undefined, 400],
    ["GET", "/v1/hooks?limit=0", undefined, 400],
    ["GET", "/v1/hooks?limit=1e9", undefined, 400],
    ["GET", "/v1/hooks?active=maybe", undefined, 400],
    ["PUT", "/v1/hooks", undefined, 405],
    ["PATCH", "/v1/hooks/sub_none", {}, 404],
    ["POST", "/v1/hooks/sub_none/enable", undefined, 404],
    ["POST", "/v1/hooks/sub_none/test", undefined, 404],
    ["GET", "/v1/hooks/sub_none/deliveries", undefined, 404],
    ["GET", "/v1/hooks/sub_none/enable", undefined, 404],
    ["GET", "/v1/hooks/sub_none/secrets", undefined, 404],
    ["GET", "/v1/hooksandmore", undefined, 404],
    ["GET", "/", undefined, 404],
  ])("%s %s %j: %d", async (method, path, body, status) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body.status).toBe(status);
  });

  test("names each field that can't be", async () => {
    const { body } = await call("POST", "/v1/hooks", { url: "", active: "yes", form: 1 });
    expect(body.issues).toEqual([
      { field: "url", message: "This is not an absolute URL." },
      { field: "form", message: "It must be true or false." },
      { field: "active", message: "It must be true or false." },
    ]);
  });

  test("is served by node:http as it is by anything else that has Request and Response", async () => {
    const server = createServer((req, res) => {
      const url = `http://${req.headers.host}${req.url}`;
      const headers = { authorization: req.headers.authorization ?? "" };
      void api(new Request(url, { headers })).then(async (answer) => {
        res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/v1/hooks?limit=1`, {
      headers: { authorization: "Bearer token" },
    });
    expect(response.status).toBe(200);
    server.closeAllConnections();
    server.close();
  });
});

test("an API without a publisher, or that would let everybody in, is refused when it is made", () => {
  for (const [given, message] of [
    [undefined, "publisher is missing"],
    [{ authorize: () => true }, "publisher is missing"],
    [{ publisher }, "authorize is not a function. Without one anybody could"],
    [{ publisher, authorize: true }, "authorize is not a function"],
  ] as const) {
    const make = (): unknown => subscriptionsApi(given as never);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: "config_invalid" }));
  }
});

const apiFor = (authorize: () => unknown) =>
  subscriptionsApi({ publisher, authorize: authorize as () => boolean });
const asked = () => new Request("https://api.example/subscriptions");

describe("authorize of the subscriptions API", () => {
  test("a Response is the answer", async () => {
    const answer = await apiFor(() => new Response("login first", { status: 403 }))(asked());
    expect([answer.status, await answer.text()]).toEqual([403, "login first"]);
  });

  test("false is 401", async () => {
    expect((await apiFor(() => false)(asked())).status).toBe(401);
  });

  test.each([
    ["an object", { ok: false }],
    ["text", "false"],
    ["a number", 1],
    ["nothing", undefined],
    ["null", null],
  ])("%s is neither yes nor no: an error", async (_what, value) => {
    await expect(apiFor(() => value)(asked())).rejects.toMatchObject({ code: "config_invalid" });
  });
});

describe("what subscribers don't learn", () => {
  test("to which private addresses a name resolves", async () => {
    const strict = createSender({
      lookup: (_host, _options, callback) =>
        callback(null, [{ address: "10.1.2.3", family: 4 }] as never, 4),
    });
    const inside = createPublisher({
      sender: strict,
      subscriptions: memorySubscriptions(),
      queue: memoryQueue(),
    });
    const served = subscriptionsApi({ publisher: inside, authorize: () => true });
    const { subscription } = await inside.subscribe({ url: "https://hooks.example/" });
    const url = `https://api.example/subscriptions/${subscription.id}`;

    const tested = await served(new Request(`${url}/test`, { method: "POST" }));
    const shownTest = await tested.text();
    expect(JSON.parse(shownTest)).toMatchObject({ error: "blocked" });

    await inside.start();
    await inside.publish({ type: "a", body: {} });
    await expect
      .poll(
        async () => (await inside.subscriptions.deliveries(subscription.id, { limit: 1 })).length,
      )
      .toBe(1);
    await inside.stop();
    const deliveries = await (await served(new Request(`${url}/deliveries`))).text();
    expect(deliveries).toContain('"blocked"');
    for (const text of [shownTest, deliveries]) expect(text).not.toContain("10.1.2.3");
    // The operator does.
    const [delivery] = await inside.subscriptions.deliveries(subscription.id, { limit: 1 });
    expect(delivery?.attempts[0]?.detail).toContain("10.1.2.3");
    await strict.close();
  });
});

describe("the secret of a subscription", () => {
  test("that can be guessed is refused", async () => {
    const own = createPublisher({
      sender,
      subscriptions: memorySubscriptions(),
      queue: memoryQueue(),
      providers: [github],
    });
    for (const secret of ["x", "fifteen letters"]) {
      await expect(own.subscribe({ url: "https://example.com", secret })).rejects.toMatchObject({
        issues: [{ field: "secret", message: expect.stringContaining("guessed") }],
      });
    }
    await own.subscribe({ url: "https://example.com", secret: "sixteen letters!" });
  });
});
