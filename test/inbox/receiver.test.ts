import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createReceiver,
  type EventInbox,
  memoryStore,
  oneOf,
  type ReceiptRecord,
} from "@countersign/core";
import { github } from "@countersign/core/providers";
import { webhook as expressWebhook } from "@countersign/express";
import { webhook as fastifyWebhook } from "@countersign/fastify";
import { webhook as honoWebhook } from "@countersign/hono";
import { createInbox } from "@countersign/inbox";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { webhook as koaWebhook } from "@countersign/koa";
import { webhook as nodeWebhook } from "@countersign/node";
import { type SqliteStore, sqliteStore } from "@countersign/store-sqlite";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import Libsql from "libsql";
import { describe, expect, it } from "vitest";
import { delivery, provider, request, secret } from "./provider.ts";

/** What the receiver has stored. */
class Stored implements EventInbox {
  readonly ids: (string | undefined)[] = [];
  failure: Error | undefined;

  async store({ id }: { readonly id?: string | undefined }): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.ids.push(id);
  }
}

type Options = { provider: typeof provider; secret: string; inbox: EventInbox };

/** Each adapter's way to serve an endpoint. */
const adapters: Readonly<Record<string, (options: Options) => Promise<RequestListener>>> = {
  express: async (options) => express().post("/", expressWebhook(options)),
  koa: async (options) => new Koa().use(koaWebhook(options)).callback(),
  hono: async (options) => getRequestListener(new Hono().post("/", honoWebhook(options)).fetch),
  node: async (options) => nodeWebhook(options),
  async fastify(options) {
    const app = Fastify();
    await app.register(fastifyWebhook, { ...options, path: "/" });
    await app.ready();
    return (req, res) => app.routing(req, res);
  },
};

describe("a receiver with an inbox", () => {
  it.each(Object.keys(adapters))("on %s stores each event once and answers 200", async (name) => {
    const inbox = new Stored();
    const listener = await adapters[name]?.({ provider, secret, inbox });
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      const statuses: number[] = [];
      for (const id of ["e1", "e1", "e2"]) {
        statuses.push((await fetch(url, await delivery(id))).status);
      }
      expect(statuses).toEqual([200, 200, 200]);
      expect(inbox.ids).toEqual(["e1", "e2"]);
      inbox.failure = new Error("the disk is full");
      expect((await fetch(url, await delivery("e3"))).status).toBe(503);
      const { headers } = await delivery("e4");
      expect(
        (await fetch(url, { method: "POST", headers: headers ?? {}, body: "{}" })).status,
      ).toBe(401);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("tells of what it stored, and of what it could not", async () => {
    const records: ReceiptRecord[] = [];
    const inbox = new Stored();
    const receiver = createReceiver({
      provider,
      secret,
      inbox,
      onReceipt: (record) => records.push(record),
    });
    await receiver.handle(await request("e1"));
    inbox.failure = new Error("the disk is full");
    const response = await receiver.handle(await request("e2"));
    expect(response.headers.get("retry-after")).toBe("5");
    inbox.failure = undefined;
    await receiver.handle(await request("e2"));
    await receiver.handle(await request("e2"));
    expect(records).toMatchObject([
      { outcome: "stored", settlement: "completed", id: "e1" },
      { outcome: "rejected", settlement: "released", code: "store_unavailable", id: "e2" },
      { outcome: "stored", settlement: "completed", id: "e2" },
      { outcome: "duplicate", id: "e2" },
    ]);
    expect(String(records[1]?.error)).toContain(
      "The inbox did not take the event: the disk is full",
    );
  });

  it("answers 503 where the inbox does not answer in time", async () => {
    const inbox: EventInbox = { store: () => new Promise(() => {}) };
    const receiver = createReceiver({ provider, secret, inbox, storeTimeoutMs: 50 });
    expect((await receiver.handle(await request("e1"))).status).toBe(503);
  });

  it.each(["alone", "as one of several"])(
    "%s refuses a handler, which would never run",
    async (how) => {
      const own = { provider, secret, inbox: new Stored() };
      // Written as one kind of options: what each adapter takes of both is the same.
      const options = how === "alone" ? own : (oneOf([own]) as never as typeof own);
      const message = "with an inbox, its worker runs the handler";
      expect(() => expressWebhook(options, () => {})).toThrow(message);
      expect(() => koaWebhook(options, () => {})).toThrow(message);
      expect(() => honoWebhook(options, () => {})).toThrow(message);
      expect(() => nodeWebhook(options, () => {})).toThrow(message);
      await expect(createReceiver(options).handle(await request("e1"), () => {})).rejects.toThrow(
        message,
      );
      await expect(
        Promise.resolve(
          Fastify().register(fastifyWebhook, { ...options, path: "/", handler: () => {} }),
        ),
      ).rejects.toThrow(message);
    },
  );

  it("refuses a handler of Hono whose options are made of the request", async () => {
    const app = new Hono();
    app.post(
      "/",
      honoWebhook(
        () => ({ provider, secret, inbox: new Stored() }),
        () => {},
      ),
    );
    app.onError((error, c) => c.text(error.message, 500));
    const response = await app.request(await request("e1"));
    expect(await response.text()).toContain("with an inbox, its worker runs the handler");
  });

  it("is one of several at a URL, where all of them have an inbox or none has", async () => {
    const inbox = new Stored();
    const other = { provider: github, secret };
    const listener = nodeWebhook(
      oneOf([
        { ...other, inbox },
        { provider, secret, inbox },
      ]),
    );
    expect(listener).toBeTypeOf("function");
    const receiver = createReceiver(
      oneOf([
        { ...other, inbox },
        { provider, secret, inbox },
      ]),
    );
    expect((await receiver.handle(await request("e1"))).status).toBe(200);
    expect(inbox.ids).toEqual(["e1"]);
    expect(() => createReceiver(oneOf([other, { provider, secret, inbox }]))).toThrow(
      "Give all of them an inbox, or none",
    );
  });

  it("refuses an inbox that is none", () => {
    expect(() => createReceiver({ provider, secret, inbox: {} as EventInbox })).toThrow(
      "inbox has no method store",
    );
  });
});

describe("the claim and the event in one SQLite database", () => {
  it("are written in one transaction: without its claim no event is stored", async () => {
    const { receiver, inbox } = openBoth((database) => ({
      ...sqliteStore({ database }),
      completeIn: () => false,
    }));
    expect((await receiver.handle(await request("e1"))).status).toBe(503);
    expect(await inbox.list()).toEqual([]);
  });

  it("leave nothing to do for the claim afterwards", async () => {
    const { receiver, inbox } = openBoth((database) => ({
      ...sqliteStore({ database }),
      complete: () => Promise.reject(new Error("not asked for")),
    }));
    expect((await receiver.handle(await request("e1"))).status).toBe(200);
    expect((await receiver.handle(await request("e1"))).status).toBe(200);
    expect(await inbox.list()).toHaveLength(1);
  });

  it("are written one after the other where the store is elsewhere, and the event is still stored once", async () => {
    const database = new Libsql(":memory:");
    const inbox = createInbox({ provider, engine: sqliteEngine({ database }) });
    // A store that has forgotten the first delivery.
    for (const store of [memoryStore(), memoryStore()]) {
      const receiver = createReceiver({ provider, secret, store, inbox });
      expect((await receiver.handle(await request("e1"))).status).toBe(200);
    }
    expect(await inbox.list()).toHaveLength(1);
  });
});

function openBoth(storeOn: (database: Libsql.Database) => SqliteStore) {
  const database = new Libsql(":memory:");
  const inbox = createInbox({ provider, engine: sqliteEngine({ database }) });
  const store = storeOn(database);
  return { inbox, receiver: createReceiver({ provider, secret, store, inbox }) };
}

describe("createInbox", () => {
  const engine = sqliteEngine({ database: new Libsql(":memory:") });

  it.each([
    ["provider", { provider: undefined }, "provider is missing"],
    ["engine", { engine: undefined }, "engine is missing"],
    ["name", { name: "no spaces" }, "name is"],
    ["handler", { handler: {} }, "handler is of the type object"],
    ["retry", { retry: { delaysSeconds: 5 } }, "retry is"],
    ["retry.jitter", { retry: { delaysSeconds: [], jitter: 2 } }, "retry.jitter is 2"],
    ["timeoutSeconds", { timeoutSeconds: 0 }, "timeoutSeconds is 0"],
    ["concurrency", { concurrency: 1.5 }, "concurrency is 1.5"],
    ["keepDoneSeconds", { keepDoneSeconds: -1 }, "keepDoneSeconds is -1"],
    ["store", { store: memoryStore() }, "store: this engine"],
  ])("refuses a wrong %s", (_, wrong, message) => {
    expect(() => createInbox({ provider, engine, ...(wrong as object) })).toThrow(message);
  });

  it("has no workers without a handler", async () => {
    await expect(createInbox({ provider, engine }).start()).rejects.toThrow(
      "start() needs the handler",
    );
  });

  it("refuses the events of another provider", async () => {
    const inbox = createInbox({ provider: { ...provider, name: "other" }, engine });
    const receiver = createReceiver({ provider, secret, inbox });
    const receipt = await receiver.receive({
      headers: (await request("e1")).headers,
      body: '{"id":"e1"}',
    });
    expect(receipt).toMatchObject({ status: "rejected", error: { code: "store_unavailable" } });
    expect(receipt.status === "rejected" && receipt.error.message).toContain(
      "the inbox other is for other",
    );
  });
});
