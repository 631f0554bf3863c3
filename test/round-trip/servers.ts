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
import { webhook as nodeWebhook } from "@countersign/node";
import express from "express";
import { serveFetch } from "../../examples/serve-fetch.ts";

/** It is installed beside Express 5, without types of its own. */
const express4 = createRequire(import.meta.url)("express4") as typeof express;

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
