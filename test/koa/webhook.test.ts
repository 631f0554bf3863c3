import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { handlers, type ReceiptRecord } from "@countersign/core";
import { paradym, type ParadymEvents } from "@countersign/core/providers";
import { webhook } from "@countersign/koa";
import { Router } from "@koa/router";
import Koa from "koa";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import { macOf, paradymBody, SECRET } from "../conformance/delivery.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function urlOf(app: Koa): Promise<string> {
  const server = createServer(app.callback());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function deliver(url: string, n = 1, type = "workflowExecution.completed"): Promise<Response> {
  const body = paradymBody(n, type);
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Paradym-HMAC-SHA-256": macOf(body) },
    body: body as BodyInit,
  });
}

describe("webhook for Koa", () => {
  test("the event in ctx.state.webhook is typed by the provider, and its body is at ctx.request.body", async () => {
    const hook = webhook({ provider: paradym, secret: SECRET });
    const app = new Koa<Parameters<typeof hook>[0]["state"]>();
    app.use(hook);
    app.use((ctx) => {
      const { webhook: event } = ctx.state;
      expectTypeOf(event.type).toEqualTypeOf<keyof ParadymEvents | undefined>();
      if (event.type === "workflowExecution.failed") {
        expectTypeOf(event.body.payload.error.message).toEqualTypeOf<string>();
      }
      ctx.body = { same: event.body === (ctx.request as { body?: unknown }).body };
    });

    const response = await deliver(await urlOf(app));
    expect(await response.json()).toEqual({ same: true });
  });

  test("twice on one route it says which to take away", async () => {
    const warnings: string[] = [];
    const hook = webhook({
      provider: paradym,
      secret: SECRET,
      onStoreError: "reject",
      onWarning: ({ message }) => warnings.push(message),
    });
    const app = new Koa();
    app.use(hook).use(hook);
    const response = await deliver(await urlOf(app));
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { code: "config_invalid" },
    ]);
    expect(warnings.join()).toMatch(/accepted the request already.*Take one away/);
  });

  test("a handler that is none is refused", () => {
    expect(() => webhook({ provider: paradym, secret: SECRET }, "handler" as never)).toThrow(
      /it must be a function of the event/,
    );
  });

  test("behind it a router's handlers have the event with its type", async () => {
    const router = new Router();
    router.post("/", webhook({ provider: paradym, secret: SECRET }), (ctx) => {
      const event = ctx.state.webhook;
      expectTypeOf(event.type).toEqualTypeOf<keyof ParadymEvents | undefined>();
      ctx.body = event.type;
    });
    const app = new Koa();
    app.use(router.routes());
    expect(await (await deliver(await urlOf(app))).text()).toBe("workflowExecution.completed");
  });

  test("handlers() goes where a handler goes, typed by the provider", async () => {
    const app = new Koa();
    const seen: string[] = [];
    app.use(
      webhook(
        { provider: paradym, secret: SECRET },
        handlers({
          "workflowExecution.completed": (event) => {
            seen.push(event.body.payload.workflowId);
          },
        }),
      ),
    );
    const url = await urlOf(app);
    expect((await deliver(url)).status).toBe(200);
    expect((await deliver(url, 1, "workflowExecution.started")).status).toBe(200);
    expect(seen).toEqual(["workflow 1"]);
  });

  test("middleware in front sees the answer, and may add to it", async () => {
    const app = new Koa();
    app.use(async (ctx, next) => {
      await next();
      ctx.set("x-status", String(ctx.status));
    });
    app.use(webhook({ provider: paradym, secret: SECRET }));
    const url = await urlOf(app);
    expect((await deliver(url)).headers.get("x-status")).toBe("200");
    const refused = await fetch(url, { method: "POST" });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("x-status")).toBe("401");
  });

  test("what was thrown stays given back, also where middleware in front makes a 200 of it", async () => {
    const records: ReceiptRecord[] = [];
    const failure = new Error("no");
    const app = new Koa();
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch {
        ctx.status = 200;
      }
    });
    app.use(
      webhook({ provider: paradym, secret: SECRET, onReceipt: (record) => records.push(record) }),
    );
    app.use(() => {
      throw failure;
    });
    expect((await deliver(await urlOf(app))).status).toBe(200);
    expect(records.at(-1)).toMatchObject({ settlement: "released", error: failure });
  });

  test("a status that is set later than the handler counts", async () => {
    const records: ReceiptRecord[] = [];
    const app = new Koa();
    app.use(async (ctx, next) => {
      await next();
      ctx.status = 502;
    });
    app.use(
      webhook({ provider: paradym, secret: SECRET, onReceipt: (record) => records.push(record) }),
    );
    expect((await deliver(await urlOf(app))).status).toBe(502);
    expect(records.at(-1)?.settlement).toBe("released");
  });
});
