/**
 * One server of the HTTP comparison, in a process of its own: node --import tsx bench/http-server.ts <framework> <hand|ours>. It tells
 * its parent the port, and, whenever it is asked, how much processor time it has used.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { github } from "@countersign/core/providers";
import { webhook as expressWebhook } from "@countersign/express";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { webhook as honoWebhook } from "@countersign/hono";
import { webhook as koaWebhook } from "@countersign/koa";
import { createAdaptorServer } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { FRAMEWORKS, type Framework, SECRET, SIDES, type Side } from "./http-subjects.ts";

/** The hand-written check of GitHub's documentation. */
function isGenuine(body: Buffer, signature: string | undefined): boolean {
  const expected = Buffer.from(`sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`);
  const given = Buffer.from(signature ?? "");
  return expected.length === given.length && timingSafeEqual(expected, given);
}

let processed = 0;
/** Stands for the work; the same on both sides. */
function processEvent(body: unknown): void {
  if (body !== undefined) processed++;
}

const options = { provider: github, secret: SECRET };

async function readBytes(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const SERVERS: Readonly<Record<Framework, Readonly<Record<Side, () => Promise<Server>>>>> = {
  express: {
    hand: async () => {
      const app = express();
      app.post("/", express.raw({ type: "*/*" }), (req, res) => {
        const body = req.body as Buffer;
        if (!isGenuine(body, req.get("x-hub-signature-256"))) {
          res.status(401).end();
          return;
        }
        processEvent(JSON.parse(body.toString()));
        res.status(200).end();
      });
      return createServer(app);
    },
    ours: async () => {
      const app = express();
      app.post(
        "/",
        expressWebhook(options, ({ body }) => processEvent(body)),
      );
      return createServer(app);
    },
  },
  koa: {
    hand: async () => {
      const app = new Koa();
      app.use(async (ctx) => {
        const body = await readBytes(ctx.req);
        if (!isGenuine(body, ctx.get("x-hub-signature-256"))) {
          ctx.status = 401;
          return;
        }
        processEvent(JSON.parse(body.toString()));
        ctx.status = 200;
        ctx.body = "";
      });
      return createServer(app.callback());
    },
    ours: async () => {
      const app = new Koa();
      app.use(koaWebhook(options, ({ body }) => processEvent(body)));
      return createServer(app.callback());
    },
  },
  fastify: {
    hand: async () => {
      const app = fastify();
      app.removeAllContentTypeParsers();
      app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
        done(null, body);
      });
      app.post("/", async (request, reply) => {
        const body = request.body as Buffer;
        if (!isGenuine(body, String(request.headers["x-hub-signature-256"]))) {
          return reply.code(401).send();
        }
        processEvent(JSON.parse(body.toString()));
        return reply.code(200).send();
      });
      await app.ready();
      return app.server;
    },
    ours: async () => {
      const app = fastify();
      app.register(fastifyWebhook, {
        ...options,
        path: "/",
        handler: ({ body }) => processEvent(body),
      });
      await app.ready();
      return app.server;
    },
  },
  hono: {
    hand: async () => {
      const app = new Hono();
      app.post("/", async (c) => {
        const body = Buffer.from(await c.req.arrayBuffer());
        if (!isGenuine(body, c.req.header("x-hub-signature-256"))) return c.body(null, 401);
        processEvent(JSON.parse(body.toString()));
        return c.body(null, 200);
      });
      return createAdaptorServer({ fetch: app.fetch }) as Server;
    },
    ours: async () => {
      const app = new Hono();
      app.post(
        "/",
        honoWebhook(options, ({ body }) => processEvent(body)),
      );
      return createAdaptorServer({ fetch: app.fetch }) as Server;
    },
  },
};

const [framework, side] = process.argv.slice(2);
const make = SERVERS[framework as Framework]?.[side as Side];
if (make === undefined) {
  throw new Error(`say which server: ${FRAMEWORKS.join("|")} ${SIDES.join("|")}`);
}
const server = await make();
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, processed });
});
process.once("disconnect", () => process.exit());
process.send?.({ port: (server.address() as AddressInfo).port });
