import { createHmac } from "node:crypto";
import { EventEmitter, once } from "node:events";
import {
  handlers,
  memoryStore,
  type ReceiptRecord,
  type ReceiverOptions,
  type Warning,
} from "@countersign/core";
import { para, paradym, type ParadymEvents } from "@countersign/core/providers";
import { webhook } from "@countersign/hono";
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { describe, expect, expectTypeOf, test } from "vitest";
import { macOf, paradymBody, SECRET } from "../conformance/delivery.ts";

function request(body: Uint8Array = paradymBody(1), headers: Record<string, string> = {}): Request {
  return new Request("http://receiver.test/hook", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-Paradym-HMAC-SHA-256": macOf(body),
      ...headers,
    },
    body: body as BodyInit,
  });
}

const options = { provider: paradym, secret: SECRET, onStoreError: "reject" } as const;

const secretOf = (tenant: string): string => `the secret of the tenant ${tenant}`;

describe("webhook for Hono", () => {
  test("the event is at c.var.webhook, typed by the provider", async () => {
    const app = new Hono();
    app.post("/hook", webhook(options), (c) => {
      const event = c.var.webhook;
      expectTypeOf(event.type).toEqualTypeOf<keyof ParadymEvents | undefined>();
      if (event.type === "workflowExecution.failed") {
        expectTypeOf(event.body.payload.error.message).toEqualTypeOf<string>();
      }
      return c.json({ workflow: event.body.payload.workflowId });
    });
    expect(await (await app.request(request())).json()).toEqual({ workflow: "workflow 1" });
  });

  test("handlers() goes where a handler goes", async () => {
    const app = new Hono();
    const seen: string[] = [];
    app.post(
      "/hook",
      webhook(
        options,
        handlers({
          "workflowExecution.completed": (event) => void seen.push(event.body.payload.workflowId),
        }),
      ),
    );
    expect((await app.request(request())).status).toBe(200);
    expect(seen).toEqual(["workflow 1"]);
  });

  test("twice on one route it says which to take away", async () => {
    const warnings: string[] = [];
    const hook = webhook({ ...options, onWarning: ({ message }) => warnings.push(message) });
    const app = new Hono();
    app.use(hook);
    app.post("/hook", hook, (c) => c.body(null, 204));
    const response = await app.request(request());
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { code: "config_invalid" },
    ]);
    expect(warnings.join()).toMatch(/accepted the request already.*Take one away/);
  });

  test("a handler that returns something else than a Response has processed the event", async () => {
    const warnings: string[] = [];
    const records: ReceiptRecord[] = [];
    const watched = {
      ...options,
      onReceipt: (record: ReceiptRecord) => records.push(record),
      onWarning: ({ code }: Warning) => warnings.push(code),
    };
    for (const returned of [{ id: 1 }, 202, { status: "queued" }, undefined]) {
      const app = new Hono();
      app.post(
        "/hook",
        webhook(watched, () => returned as never),
      );
      expect((await app.request(request())).status).toBe(200);
    }
    expect(records.map(({ settlement }) => settlement)).toEqual(Array(4).fill("completed"));
    expect(warnings).toEqual(Array(3).fill("handler_returned"));
  });

  test("a handler that is none is refused", () => {
    expect(() => webhook(options, "handler" as never)).toThrow(
      /it must be a function of the event/,
    );
  });

  test("a binding that is not set is warned of once, by its cause", async () => {
    const warnings: string[] = [];
    const app = new Hono<{ Bindings: { SECRET: string } }>();
    const hook = webhook({
      provider: paradym,
      secret: (c: Context<{ Bindings: { SECRET: string } }>) => c.env.SECRET,
      onStoreError: "reject",
      onWarning: ({ code, message }) => warnings.push(`${code}: ${message}`),
    });
    app.post("/hook", hook, (c) => c.body(null));
    for (let time = 0; time < 2; time++) {
      expect((await app.request(request(), undefined, {})).status).toBe(503);
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^secret_unavailable: .*Is the binding set\?/);
  });

  test("c.req.json(), text(), arrayBuffer(), bytes and blob() give the body afterwards", async () => {
    const app = new Hono();
    app.post("/hook", webhook({ ...options, store: false }), async (c) =>
      c.json({
        json: await c.req.json(),
        text: await c.req.text(),
        length: (await c.req.arrayBuffer()).byteLength,
        blob: (await c.req.blob()).size,
      }),
    );
    const text = paradymBody(1).toString();
    const { length } = paradymBody(1);
    expect(await (await app.request(request())).json()).toEqual({
      json: JSON.parse(text),
      text,
      length,
      blob: length,
    });
  });

  test("c.req.parseBody() gives a verified form", async () => {
    const app = new Hono();
    app.post("/hook", webhook({ provider: para, secret: SECRET }), async (c) =>
      c.json(Object.keys(await c.req.parseBody())),
    );
    const payload = JSON.stringify({ appid: "a", event: "create", timestamp: 1, items: [] });
    const response = await app.request(
      request(Buffer.from(new URLSearchParams({ payload }).toString()), {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Webhook-Signature": macOf(Buffer.from(payload), "base64"),
      }),
    );
    expect(await response.json()).toEqual(["payload"]);
  });

  test.each(["arrayBuffer", "blob"] as const)(
    "behind something that has read %s() the bytes are taken from there",
    async (read) => {
      const app = new Hono();
      app.use(async (c, next) => {
        await c.req[read]();
        await next();
      });
      app.post("/hook", webhook(options), (c) => c.text(c.var.webhook.provider));
      expect(await (await app.request(request())).text()).toBe("paradym");
    },
  );

  test.each(["text", "json"] as const)(
    "behind something that has read %s() it refuses, and says which line to change",
    async (read) => {
      const warnings: string[] = [];
      const app = new Hono();
      app.use(async (c, next) => {
        await c.req[read]();
        await next();
      });
      app.post(
        "/hook",
        webhook({ ...options, onWarning: ({ message }) => warnings.push(message) }),
        (c) => c.text("never"),
      );
      const response = await app.request(request());
      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({ code: "body_already_read" });
      expect(warnings.join()).toContain("Put webhook() before it");
    },
  );

  test.each([
    ["an HTTPException of 4xx", () => new HTTPException(409, { message: "not now" }), 409],
    ["an Error", () => new Error("no"), 500],
  ])("%s gives the claim back, and the receipt names it", async (_, make, status) => {
    const records: ReceiptRecord[] = [];
    const thrown = make();
    const app = new Hono();
    app.onError((error, c) =>
      error instanceof HTTPException ? error.getResponse() : c.text("failed", 500),
    );
    app.post("/hook", webhook({ ...options, onReceipt: (record) => records.push(record) }), () => {
      throw thrown;
    });
    expect((await app.request(request())).status).toBe(status);
    expect(records.at(-1)).toMatchObject({ settlement: "released", error: thrown });
  });

  test("a secret from c.env is asked for with each delivery, and events stay known", async () => {
    const app = new Hono<{ Bindings: { SECRET: string } }>();
    let runs = 0;
    app.post(
      "/hook",
      webhook({
        provider: paradym,
        secret: (c: Context<{ Bindings: { SECRET: string } }>) => c.env.SECRET,
      }),
      (c) => c.json(++runs),
    );
    expect((await app.request(request(), undefined, { SECRET })).status).toBe(200);
    expect((await app.request(request(), undefined, { SECRET })).status).toBe(200);
    expect(runs).toBe(1);
    const other = await app.request(request(), undefined, {
      SECRET: "another secret, long enough",
    });
    expect(other.status).toBe(401);
  });

  test("a secret that is missing in c.env is 503: the provider sends again when it is there", async () => {
    const app = new Hono<{ Bindings: { SECRET: string } }>();
    app.post("/hook", webhook({ provider: paradym, secret: (c) => c.env.SECRET }), (c) =>
      c.text(""),
    );
    const response = await app.request(request(), undefined, {});
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "secret_unavailable" });
  });

  test("options from the context: a default store outlives the request", async () => {
    const app = new Hono<{ Bindings: { SECRET: string } }>();
    let runs = 0;
    app.post(
      "/hook",
      webhook((c) => ({ provider: paradym, secret: c.env.SECRET })),
      (c) => c.json(++runs),
    );
    for (let i = 0; i < 3; i++) {
      expect((await app.request(request(), undefined, { SECRET })).status).toBe(200);
    }
    expect(runs).toBe(1);
  });

  test("options from the context with functions made in the request: each its own, the store the same", async () => {
    const app = new Hono<{ Bindings: { SECRET: string; name: string } }>();
    let runs = 0;
    const seen: string[] = [];
    app.post(
      "/hook",
      webhook((c): ReceiverOptions<ParadymEvents> => ({
        provider: paradym,
        secret: [{ secret: c.env.SECRET, id: "now" }],
        onReceipt: ({ outcome }) => seen.push(`${c.env.name} ${outcome}`),
      })),
      (c) => c.json(++runs),
    );
    await app.request(request(), undefined, { SECRET, name: "first" });
    await app.request(request(), undefined, { SECRET, name: "second" });
    expect(runs).toBe(1);
    expect(seen).toEqual(["first accepted", "second duplicate"]);
  });

  test("options from the context: two tenants with the same events do not hide each other's", async () => {
    const app = new Hono<{ Bindings: { SECRET: string } }>();
    let runs = 0;
    app.post(
      "/hook",
      webhook((c) => ({ provider: paradym, secret: c.env.SECRET })),
      (c) => c.json(++runs),
    );
    await app.request(request(), undefined, { SECRET });
    const body = paradymBody(1);
    const other = "the secret of another tenant";
    await app.request(
      request(body, {
        "X-Paradym-HMAC-SHA-256": createHmac("sha256", other).update(body).digest("hex"),
      }),
      undefined,
      { SECRET: other },
    );
    expect(runs).toBe(2);
  });

  test("options from the context: an event stays known and held, however many other tenants come after it", async () => {
    const app = new Hono();
    const runs = new Map<string, number>();
    const slowly = new EventEmitter();
    const opened = once(slowly, "open");
    app.post(
      "/:tenant",
      webhook((c) => ({
        provider: paradym,
        secret: secretOf(c.req.param("tenant") ?? ""),
      })),
      async (c) => {
        const tenant = c.req.param("tenant");
        runs.set(tenant, (runs.get(tenant) ?? 0) + 1);
        if (tenant === "slow") await opened;
        return c.body(null);
      },
    );
    const deliver = async (tenant: string): Promise<number> => {
      const body = paradymBody(1);
      const mac = createHmac("sha256", secretOf(tenant)).update(body).digest("hex");
      const delivery = request(body, { "X-Paradym-HMAC-SHA-256": mac });
      const url = new URL(encodeURIComponent(tenant), delivery.url);
      return (await app.request(new Request(url, delivery))).status;
    };
    const slow = deliver("slow");
    await deliver("first");
    for (let n = 0; n < 150; n++) expect(await deliver(`other ${n}`)).toBe(200);
    expect(await deliver("first")).toBe(200);
    expect(await deliver("slow")).toBe(503);
    slowly.emit("open");
    expect(await slow).toBe(200);
    expect([runs.get("first"), runs.get("slow"), runs.size]).toEqual([1, 1, 152]);
  });

  test("options from the context: a store from there is used", async () => {
    const store = memoryStore();
    const app = new Hono();
    let runs = 0;
    for (const path of ["/hook", "/second"]) {
      app.post(
        path,
        webhook(() => ({ ...options, store })),
        (c) => c.json(++runs),
      );
    }
    await app.request(request());
    await app.request(new Request("http://receiver.test/second", request()));
    expect(runs).toBe(1);
  });

  test("on Workers the work is kept alive until the claim is settled, also where the sender leaves", async () => {
    const records: ReceiptRecord[] = [];
    const kept: Promise<unknown>[] = [];
    const app = new Hono();
    app.post("/hook", webhook({ ...options, onReceipt: (record) => records.push(record) }), (c) =>
      c.body(null),
    );
    const executionCtx = {
      waitUntil: (work: Promise<unknown>) => void kept.push(work),
      passThroughOnException: () => {},
      props: {},
    };
    void app.request(request(), undefined, {}, executionCtx);
    expect(kept).toHaveLength(1);
    await Promise.all(kept);
    expect(records.at(-1)?.settlement).toBe("completed");
  });

  test("where no route answers, the answer is 200", async () => {
    const app = new Hono();
    app.post("/hook", webhook(options), async () => undefined as never);
    expect((await app.request(request())).status).toBe(200);
  });
});
