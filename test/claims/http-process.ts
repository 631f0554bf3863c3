import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReceiverOptions } from "@countersign/core";
import { para, type ParaEvents } from "@countersign/core/providers";
import * as onExpress from "@countersign/express";
import * as onFastify from "@countersign/fastify";
import * as onHono from "@countersign/hono";
import * as onKoa from "@countersign/koa";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { openPlace, type Place } from "./places.ts";
import { secret } from "./provider.ts";

// One of several servers, each of another framework, that share a store. It takes Para's deliveries, and each run of its handler is an
// effect in the place.
export type Framework = "express" | "koa" | "fastify" | "hono";

const [place, framework, handlerMs] = JSON.parse(process.argv[2] ?? "") as [
  Place,
  Framework,
  number,
];
const { store, addEffect } = await openPlace(place);

const options = {
  provider: para,
  secret,
  store,
  storeTimeoutMs: 30_000,
  onStoreError: "reject",
} as const satisfies ReceiverOptions<ParaEvents>;

async function handle(event: { key: string | undefined }): Promise<void> {
  await addEffect(event.key ?? "");
  await sleep(handlerMs);
}

const SERVERS: Readonly<Record<Framework, () => Promise<Server> | Server>> = {
  express: () => createServer(express().post("/hook", onExpress.webhook(options, handle))),
  koa: () => createServer(new Koa().use(onKoa.webhook(options, handle)).callback()),
  async fastify() {
    const app = fastify();
    await app.register(onFastify.webhook, { ...options, path: "/hook", handler: handle });
    await app.ready();
    return app.server;
  },
  hono() {
    const app = new Hono().post("/hook", onHono.webhook(options, handle));
    return createServer(getRequestListener(app.fetch));
  },
};

const server = await SERVERS[framework]();
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.on("disconnect", () => process.exit());
process.send?.((server.address() as AddressInfo).port);
