import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AnyProvider,
  createReceiver,
  type EventOf,
  type HandlerOf,
  type WebhookEvent,
} from "@countersign/core";
import type { paradym } from "@countersign/core/providers";
import { github, type GitHubEvents, type GitHubPush } from "@countersign/core/providers";
import {
  type HandlerOf as ExpressHandlerOf,
  webhook as expressWebhook,
} from "@countersign/express";
import {
  type HandlerOf as FastifyHandlerOf,
  webhook as fastifyWebhook,
} from "@countersign/fastify";
import { type HandlerOf as HonoHandlerOf, webhook as honoWebhook } from "@countersign/hono";
import { type HandlerOf as KoaHandlerOf, webhook as koaWebhook } from "@countersign/koa";
import { type HandlerOf as NodeHandlerOf, webhook as nodeWebhook } from "@countersign/node";
import { signedRequest } from "@countersign/sender/testing";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { beforeEach, describe, expect, expectTypeOf, onTestFinished, test } from "vitest";

const secret = "a secret for tests, of 16 bytes or more";
const options = { provider: github, secret };

const refs: string[] = [];

beforeEach(() => {
  refs.length = 0;
});

function note(event: EventOf<typeof github>): void {
  if (event.type === "push") refs.push(event.body.ref);
}

const ofCore: HandlerOf<typeof github> = (event, { request }) => {
  note(event);
  return new Response(null, { status: 204, headers: { "x-method": request.method } });
};

const ofExpress: ExpressHandlerOf<typeof github> = (event, { res }) => {
  note(event);
  res.sendStatus(204);
};

const ofKoa: KoaHandlerOf<typeof github> = (event, { ctx }) => {
  note(event);
  ctx.status = 204;
};

const ofFastify: FastifyHandlerOf<typeof github> = (event, { reply }) => {
  note(event);
  return reply.code(204).send();
};

const ofHono: HonoHandlerOf<typeof github> = (event, { c }) => {
  note(event);
  return c.body(null, 204);
};

const ofNode: NodeHandlerOf<typeof github> = (event, { res }) => {
  note(event);
  res.statusCode = 204;
};

const withSchema: ExpressHandlerOf<typeof github, { readonly n: number }> = (event) => {
  expectTypeOf(event.body).toEqualTypeOf<{ readonly n: number }>();
};

const ofParadym: ExpressHandlerOf<typeof paradym> = () => {};

const push = { ...options, url: "http://localhost/", type: "push" as const, body: { ref: "main" } };

function listening(server: Server): Promise<string> {
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    });
  });
}

describe("HandlerOf<typeof provider> is the type of a handler that stands by itself", () => {
  test.each([
    ["node:http", () => nodeWebhook(options, ofNode)],
    ["Express", () => express().use(expressWebhook(options, ofExpress))],
    ["Koa", () => new Koa().use(koaWebhook(options, ofKoa)).callback()],
  ])("%s", async (_, listener) => {
    const url = await listening(createServer(listener()));
    const { method, headers, body } = await signedRequest(push);
    const { status } = await fetch(url, { method, headers, body: new Uint8Array(body) });
    expect([status, refs]).toEqual([204, ["main"]]);
  });

  test("Fastify", async () => {
    const app = fastify();
    await app.register(fastifyWebhook, { ...options, path: "/", handler: ofFastify });
    expect((await app.inject(await signedRequest(push))).statusCode).toBe(204);
    expect(refs).toEqual(["main"]);
  });

  test("Hono", async () => {
    const app = new Hono().post("/", honoWebhook(options, ofHono));
    expect((await app.request((await signedRequest(push)).toRequest())).status).toBe(204);
    expect(refs).toEqual(["main"]);
  });

  test("receiver.handle()", async () => {
    const receiver = createReceiver(options);
    const response = await receiver.handle((await signedRequest(push)).toRequest(), ofCore);
    expect([response.status, refs]).toEqual([204, ["main"]]);
  });

  test("with a schema, its output is the second parameter", () => {
    const schema = {
      "~standard": { version: 1, vendor: "test", validate: () => ({ value: { n: 1 } }) },
    } as const;
    expect(expressWebhook({ ...options, schema }, withSchema)).toBeTypeOf("function");
  });

  test("of another provider does not fit", () => {
    // @ts-expect-error the events of paradym are none of github's
    expect(expressWebhook(options, ofParadym)).toBeTypeOf("function");
  });
});

test("EventOf takes a provider's type and its events alike", () => {
  expectTypeOf<EventOf<typeof github>>().toEqualTypeOf<EventOf<GitHubEvents>>();
  type Push = Extract<EventOf<typeof github>, { readonly type?: "push" | undefined }>;
  expectTypeOf<Push["body"]>().toEqualTypeOf<GitHubPush>();
  expectTypeOf<EventOf<AnyProvider>>().toEqualTypeOf<WebhookEvent>();
  // @ts-expect-error there is no such event
  const none: EventOf<typeof github>["type"] = "pushed";
  expect(none).toBe("pushed");
});
