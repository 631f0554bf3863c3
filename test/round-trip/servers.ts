import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import {
  createReceiver,
  type ReceiverOptions,
  type Secrets,
  type WebhookEvent,
} from "@countersign/core";
import { webhook as expressWebhook } from "@countersign/express";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { webhook as honoWebhook } from "@countersign/hono";
import { webhook as koaWebhook } from "@countersign/koa";
import { webhook as nodeWebhook } from "@countersign/node";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { serveFetch } from "../../examples/serve-fetch.ts";

/** The older majors are installed beside the newer, whose types they share as far as these tests go. */
const require = createRequire(import.meta.url);
const express4 = require("express4") as typeof express;
const koa2 = require("koa2") as typeof Koa;
const fastify4 = require("fastify4") as typeof fastify;

/** A server that receives at a URL. */
export interface Running {
  readonly url: string;
  close(): Promise<void>;
}

/** Processes an event; returns the status to answer with. */
type Process = (event: WebhookEvent) => number;

/** A receiver's options, with secrets that every middleware takes in the same form. */
type ServerOptions = Omit<ReceiverOptions, "secret"> & { readonly secret: Secrets };

/** A way to receive webhooks. To add a middleware, add one line to {@link servers}. */
export interface ServerKind {
  readonly name: string;
  readonly start: (options: ServerOptions, process: Process) => Promise<Running>;
}

export const servers: readonly ServerKind[] = [
  {
    name: "receiver.handle",
    start: async (options, process) => {
      const receiver = createReceiver(options);
      const running = await serveFetch((request) =>
        receiver.handle(request, (event) => new Response(null, { status: process(event) })),
      );
      return { ...running, url: `${running.url}/webhooks` };
    },
  },
  {
    name: "node:http",
    start: (options, process) =>
      listen(
        nodeWebhook(options, (event, { res }) => {
          res.writeHead(process(event)).end();
        }),
      ),
  },
  { name: "Koa 3", start: (options, process) => listen(koaApp(Koa, options, process)) },
  { name: "Koa 2", start: (options, process) => listen(koaApp(koa2, options, process)) },
  { name: "Fastify 5", start: (options, process) => fastifyApp(fastify, options, process) },
  { name: "Fastify 4", start: (options, process) => fastifyApp(fastify4, options, process) },
  { name: "Hono 4", start: (options, process) => honoApp(options, process) },
  { name: "Express 5", start: (options, process) => listen(expressApp(express, options, process)) },
  {
    name: "Express 4",
    start: (options, process) => listen(expressApp(express4, options, process)),
  },
];

function expressApp(
  framework: typeof express,
  options: ServerOptions,
  process: Process,
): RequestListener {
  const app = framework();
  app.post(
    "/webhooks",
    expressWebhook(options, (event, { res }) => {
      res.status(process(event)).end();
    }),
  );
  return app;
}

function koaApp(Framework: typeof Koa, options: ServerOptions, process: Process): RequestListener {
  const app = new Framework();
  app.use(
    koaWebhook(options, (event, { ctx }) => {
      ctx.status = process(event);
      ctx.body = "";
    }),
  );
  const listener = app.callback();
  return (req, res) => void listener(req, res);
}

async function fastifyApp(
  framework: typeof fastify,
  options: ServerOptions,
  process: Process,
): Promise<Running> {
  const app = framework();
  await app.register(fastifyWebhook, {
    ...options,
    path: "/webhooks",
    handler: (event, { reply }) => reply.code(process(event)).send(),
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url: `${url}/webhooks`, close: () => app.close() };
}

async function honoApp(options: ServerOptions, process: Process): Promise<Running> {
  const app = new Hono();
  app.post(
    "/webhooks",
    honoWebhook(options, (event) => new Response(null, { status: process(event) })),
  );
  const running = await serveFetch(async (request) => app.fetch(request));
  return { ...running, url: `${running.url}/webhooks` };
}

async function listen(listener: RequestListener): Promise<Running> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
