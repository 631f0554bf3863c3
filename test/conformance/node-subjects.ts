import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { createReceiver, type RequestContext, type WebhookEvent } from "@countersign/core";
import { webhook as nodeWebhook } from "@countersign/node";
import { webhook as expressWebhook } from "@countersign/express";
import { webhook as koaWebhook } from "@countersign/koa";
import compression from "compression";
import express, {
  type NextFunction,
  type Request,
  type Response as ExpressResponse,
} from "express";
import session from "express-session";
import Koa, { type Context, type Middleware } from "koa";

import koaSession from "koa-session";
import getRawBody from "raw-body";
import { getRequestListener } from "@hono/node-server";
import {
  everythingBut,
  listening,
  type Reply,
  type Running,
  serverOf,
  type Setup,
  type Subject,
} from "./subject.ts";

// Without types of their own, or with such that clash with those of another major.
const require = createRequire(import.meta.url);
const { koaBody } = require("koa-body") as { koaBody: () => Middleware };
const koaBodyParser = require("koa-bodyparser") as () => Middleware;
const koaCompress = require("koa-compress") as (options: { threshold: number }) => Middleware;

const GUARD_MS = 60;

export async function writePlain(
  res: ServerResponse,
  { status = 200, body, stream, unsent, failsAfter }: Reply,
): Promise<void> {
  res.statusCode = status;
  if (unsent === true) return;
  if (stream === undefined) res.end(body);
  else await pipeline(stream(), res);
  if (failsAfter === undefined) return;
  if (!res.writableFinished) await once(res, "finish");
  throw failsAfter;
}

/** Answers 504 where nobody else has in time, as many applications do by hand. */
export function guard(res: ServerResponse): void {
  setTimeout(() => {
    if (res.headersSent) return;
    res.statusCode = 504;
    res.end("too slow");
  }, GUARD_MS);
}

const compress = compression({ threshold: 0 });
const withSession = session({ secret: "session secret", resave: true, saveUninitialized: true });

export const nodeHttp: Subject = {
  name: "node:http",
  can: new Set([
    "compression",
    "sessions",
    "a guard that answers slow senders",
    "answer past the framework",
    "set a status and return",
    "inflate br",
    "leave a body unread",
    "Node's own request",
  ]),
  start: ({ options, handle, front, before }) => {
    const hook = nodeWebhook(options, async (event, { claim, res }) => {
      const reply = await handle(event, claim);
      if (reply === undefined || "returned" in reply) return reply?.returned;
      await writePlain(res, reply);
      return undefined;
    });
    const server = serverOf((req, res) => {
      if (front === "a guard that answers slow senders") guard(res);
      const next = (): void => void hook(req, res);
      if (front === "compression") compress(req as Request, res as ExpressResponse, next);
      else if (front === "sessions") withSession(req as Request, res as ExpressResponse, next);
      else next();
    }, before);
    return listening(server, []);
  },
};

export async function writeExpress(res: ExpressResponse, reply: Reply | void): Promise<void> {
  if (reply === undefined) res.end();
  else if (reply.past === true || reply.unsent === true || reply.stream !== undefined) {
    await writePlain(res, reply);
  } else res.status(reply.status ?? 200).send(reply.body ?? "");
}

function expressSubject(name: string, make: typeof express): Subject {
  return {
    name,
    can: everythingBut(),
    start: ({ options, handle, form, front, before }) => {
      const errors: unknown[] = [];
      const app = make();
      if (front === "a trusted proxy") app.set("trust proxy", true);
      if (front === "a parser to bytes") app.use(make.raw({ type: "*/*" }));
      if (front === "a parser that keeps nothing") app.use(make.json());
      if (front === "a parser that keeps the bytes" || front === "a parser that keeps text") {
        app.use(
          make.json({
            verify: (req, _res, bytes) => {
              Object.assign(req, {
                rawBody: front === "a parser that keeps text" ? bytes.toString() : bytes,
              });
            },
          }),
        );
      }
      if (front === "compression") app.use(compress);
      if (front === "sessions") app.use(withSession);
      if (front === "a guard that answers slow senders") {
        app.use((_req: Request, res: ExpressResponse, next: NextFunction) => {
          guard(res);
          next();
        });
      }

      if (form === "handler") {
        app.all(
          "/hook",
          expressWebhook(options, async (event, { claim, res }) => {
            const reply = await handle(event, claim);
            if (reply === undefined || "returned" in reply) return reply?.returned;
            await writeExpress(res, reply);
            return undefined;
          }),
        );
      } else {
        const hook = expressWebhook(options);
        app.all("/hook", hook, (req: Request, res: ExpressResponse, next: NextFunction) => {
          Promise.resolve()
            .then(() => handle(hook.event(req), hook.claim(req)))
            .then((reply) => writeExpress(res, reply))
            .catch(next);
        });
      }
      app.post("/sibling", make.json(), (req: Request, res: ExpressResponse) => {
        res.json(req.body);
      });
      app.use((error: unknown, _req: Request, res: ExpressResponse, next: NextFunction) => {
        errors.push(error);
        if (res.headersSent) next(error);
        else res.status(500).send("failed");
      });
      return listening(serverOf(app, before), errors);
    },
  };
}

async function writeKoa(ctx: Context, reply: Reply | void): Promise<void> {
  if (reply === undefined) return;
  if (reply.past === true) {
    ctx.respond = false;
    await writePlain(ctx.res, reply);
    return;
  }
  if (reply.status !== undefined) ctx.status = reply.status;
  if (reply.stream !== undefined) ctx.body = reply.stream();
  else if (reply.body !== undefined) ctx.body = reply.body;
}

function koaSubject(name: string, Application: typeof Koa): Subject {
  return {
    name,
    can: everythingBut("a parser that keeps the bytes"),
    start: ({ options, handle, form, front, before }) => {
      const errors: unknown[] = [];
      const app = new Application({ proxy: front === "a trusted proxy" });
      app.keys = ["session secret"];
      app.on("error", (error) => errors.push(error));
      if (front === "a parser to bytes") {
        app.use(async (ctx, next) => {
          Object.assign(ctx.request, { body: await getRawBody(ctx.req) });
          await next();
        });
      }
      if (front === "a parser that keeps text") app.use(koaBodyParser());
      if (front === "a parser that keeps nothing") app.use(koaBody());
      if (front === "compression") app.use(koaCompress({ threshold: 0 }));
      if (front === "a guard that answers slow senders") {
        app.use((ctx, next) => {
          guard(ctx.res);
          return next();
        });
      }
      if (front === "sessions") {
        app.use(koaSession(app) as Middleware);
        app.use(async (ctx, next) => {
          Object.assign(ctx["session"] as object, { seen: Date.now() });
          await next();
        });
      }

      const hook =
        form === "handler"
          ? koaWebhook(options, async (event, { claim, ctx }) => {
              const reply = await handle(event, claim);
              if (reply !== undefined && "returned" in reply) return reply.returned;
              await writeKoa(ctx, reply);
              return undefined;
            })
          : koaWebhook(options);
      app.use(async (ctx, next) => {
        if (ctx.path !== "/hook") return next();
        return hook(ctx, async () => {
          await writeKoa(ctx, await handle(ctx.state["webhook"], ctx.state["webhookClaim"]));
        });
      });
      app.use(koaBodyParser());
      app.use((ctx) => {
        ctx.body = (ctx.request as { body?: unknown }).body;
      });
      return listening(serverOf(app.callback(), before), errors);
    },
  };
}

export const fetchHandle: Subject = {
  name: "fetch",
  can: new Set(),
  start: (setup) => startFetch(setup),
};

function startFetch({ options, handle }: Setup): Promise<Running> {
  const receiver = createReceiver(options);
  const respond = async (event: WebhookEvent, { claim }: RequestContext) => {
    const reply = await handle(event, claim);
    if (reply === undefined || "returned" in reply) return reply?.returned as Response | undefined;
    return responseOf(reply);
  };
  const listener = getRequestListener((request, { incoming }) => {
    const { remoteAddress } = incoming.socket as Partial<Socket>;
    return receiver.handle(request, respond, { remoteAddress });
  });
  return listening(createServer(listener), []);
}

/** A reply as a Fetch API `Response`. */
export function responseOf({ status = 200, body, stream }: Reply): Response {
  const content = stream === undefined ? (body ?? null) : streamBody(stream());
  return new Response(status === 204 ? null : content, { status });
}

function streamBody(stream: NodeJS.ReadableStream): ReadableStream {
  const chunks = (stream as AsyncIterable<string>)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

export const express5Subject: Subject = expressSubject("Express 5", express);
export const express4Subject: Subject = expressSubject(
  "Express 4",
  require("express4") as typeof express,
);
export const koa3Subject: Subject = koaSubject("Koa 3", Koa);
export const koa2Subject: Subject = koaSubject("Koa 2", require("koa2") as typeof Koa);
