import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { ReceiptRecord, ReceiverOptions } from "@countersign/core";
import { paradym } from "@countersign/core/providers";
import { webhook as expressWebhook } from "@countersign/express";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { webhook as koaWebhook } from "@countersign/koa";
import { webhook as nodeWebhook } from "@countersign/node";
import middie from "@fastify/middie";
import express, { type Express } from "express";
import fastify from "fastify";
import Koa from "koa";
import serverless from "serverless-http";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { macOf, paradymBody, SECRET } from "../conformance/delivery.ts";

type Listener = (req: IncomingMessage, res: ServerResponse) => unknown;

const require = createRequire(import.meta.url);
const express4 = require("express4") as typeof express;

interface Told {
  readonly records: ReceiptRecord[];
  readonly warnings: string[];
  readonly events: unknown[];
}

function telling(told: Told): ReceiverOptions {
  return {
    provider: paradym as never,
    secret: SECRET,
    // Said, since Paradym sends an event once, and not saying it is warned of.
    onStoreError: "reject",
    onReceipt: (record) => told.records.push(record),
    onWarning: ({ message }) => told.warnings.push(message),
  };
}

const noted = (): Told => ({ records: [], warnings: [], events: [] });

/** Every adapter for Node as a listener: in the form that takes a handler. */
const adapters: [string, (told: Told) => Listener | Promise<Listener>][] = [
  ["node:http", (told) => nodeWebhook(telling(told), (event) => void told.events.push(event))],
  ["Express 4", (told) => expressApp(express4, told)],
  ["Express 5", (told) => expressApp(express, told)],
  [
    "Koa 3",
    (told) =>
      new Koa().use(koaWebhook(telling(told), (event) => void told.events.push(event))).callback(),
  ],
  [
    "Fastify 5",
    async (told) => {
      const app = fastify();
      app.register(fastifyWebhook, {
        ...telling(told),
        path: "/hook",
        handler: (event) => void told.events.push(event),
      });
      await app.ready();
      return (req, res) => app.routing(req, res);
    },
  ],
];

function expressApp(make: typeof express, told: Told): Express {
  return make().use(expressWebhook(telling(told), (event) => void told.events.push(event)));
}

async function listening(server: Server): Promise<string> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

function post(url: string, headers: Record<string, string> = {}, body = paradymBody(1)) {
  return fetch(url, {
    method: "POST",
    body: new Uint8Array(body),
    headers: {
      "content-type": "application/json",
      "x-paradym-hmac-sha-256": macOf(body),
      ...headers,
    },
  });
}

describe("@fastify/middie, which has neither an application nor a protocol for Express middleware", () => {
  test.each([
    ["the handler form", true],
    ["the middleware form", false],
  ])("%s takes deliveries with X-Forwarded-Host", async (_name, isHandler) => {
    const told = noted();
    const app = fastify();
    await app.register(middie);
    const hook = isHandler
      ? expressWebhook(telling(told), (event) => void told.events.push(event))
      : expressWebhook(telling(told));
    app.use("/hook", hook as never);
    app.use("/hook", (req: object, res: ServerResponse) => {
      told.events.push((req as { webhook?: unknown }).webhook);
      res.end("ok");
    });
    await app.ready();
    const url = await listening(app.server);
    const response = await post(url, { "x-forwarded-host": "hooks.example.com" });
    expect(response.status).toBe(200);
    expect(told.events).toHaveLength(1);
    expect(told.records).toMatchObject([{ settlement: "completed" }]);
  });
});

describe("@google-cloud/functions-framework, which reads the body and leaves req.rawBody", () => {
  test.each(adapters)("%s takes the bytes from there", async (name, make) => {
    const { http } = await import("@google-cloud/functions-framework");
    const { getTestServer } = await import("@google-cloud/functions-framework/testing");
    const told = noted();
    const listener = await make(told);
    const functionName = name.replaceAll(/\W/g, "-");
    http(functionName, (req, res) => void listener(req, res));
    const url = await listening(getTestServer(functionName));
    expect((await post(url)).status).toBe(200);
    expect(told.events).toHaveLength(1);
    expect((await post(url, { "x-paradym-hmac-sha-256": "0".repeat(64) })).status).toBe(401);
    expect(told.warnings).toEqual([]);
  });
});

describe("serverless-http, whose request has the body before anybody reads", () => {
  test.each(adapters.filter(([name]) => name !== "node:http"))("%s", async (_name, make) => {
    const told = noted();
    const handler = serverless(await make(told));
    const body = paradymBody(1);
    const event = (mac: string) => ({
      version: "2.0",
      rawPath: "/hook",
      rawQueryString: "",
      headers: {
        host: "lambda.example",
        "content-type": "application/json",
        "content-length": String(body.length),
        "x-paradym-hmac-sha-256": mac,
      },
      requestContext: { http: { method: "POST", path: "/hook", sourceIp: "127.0.0.1" } },
      body: body.toString("base64"),
      isBase64Encoded: true,
    });
    const genuine = (await handler(event(macOf(body)), {})) as { statusCode: number };
    expect(genuine.statusCode).toBe(200);
    expect(told.events).toHaveLength(1);
    const forged = (await handler(event("0".repeat(64)), {})) as { statusCode: number };
    expect(forged.statusCode).toBe(401);
  });
});

function none(): void {}

describe("who has read the body is named", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    Reflect.deleteProperty(Reflect, "getMetadata");
  });

  test.each<[string, object, () => void, string]>([
    ["Next.js", { preview: false }, none, "api: { bodyParser: false }"],
    ["Vercel", {}, () => vi.stubEnv("VERCEL", "1"), "NODEJS_HELPERS=0"],
    ["Firebase", {}, () => vi.stubEnv("FUNCTION_TARGET", "hook"), "req.rawBody"],
    [
      "NestJS",
      {},
      () => Object.defineProperty(Reflect, "getMetadata", { value: none, configurable: true }),
      "rawBody: true",
    ],
    ["Express", {}, none, "express.json"],
  ])("%s", async (_host, marks, arrive, setting) => {
    arrive();
    const told = noted();
    const hook = nodeWebhook(telling(told), () => {});
    const url = await listening(
      createServer((req, res) => {
        req.resume().on("end", () => {
          Object.assign(req, { body: {}, ...marks });
          void hook(req, res);
        });
      }),
    );
    expect((await post(url)).status).toBe(500);
    expect(told.warnings.join()).toContain(setting);
    expect(told.warnings.join().includes("express.json")).toBe(setting === "express.json");
    expect(told.records).toMatchObject([{ message: expect.stringContaining(setting) }]);
  });
});

test("Fastify's prefix beside path goes in front of it", async () => {
  const told = noted();
  const app = fastify();
  app.register(fastifyWebhook, {
    ...telling(told),
    path: "/w",
    prefix: "/api",
    handler: (event) => void told.events.push(event),
  });
  await app.ready();
  const url = await listening(app.server);
  expect((await post(url.replace("/hook", "/api/w"))).status).toBe(200);
  expect((await post(url.replace("/hook", "/w"))).status).toBe(404);
});

test("Express 4 warns at once of an async route behind the middleware", async () => {
  const told = noted();
  const app = express4();
  app.post("/hook", expressWebhook(telling(told)), async (_req, res) => {
    res.end();
  });
  const url = await listening(createServer(app));
  expect((await post(url)).status).toBe(200);
  expect(told.warnings.join()).toContain("Express 4 does not see");
});
