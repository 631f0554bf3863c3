import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReceiptRecord } from "@countersign/core";
import { type ExpressContext, webhook } from "@countersign/express";
import express from "express";
import { afterAll, describe, it } from "vitest";
import { openBackends } from "../conformance/backends.ts";
import { answerErrors } from "./express-errors.ts";
import { delivery, provider, secret } from "./provider.ts";

type Handler = (context: ExpressContext, run: number) => unknown;

/** How a handler can fail. */
const FAILURES: { failure: string; status: number; fail: Handler }[] = [
  { failure: "answers 500", status: 500, fail: ({ res }) => void res.status(500).end() },
  { failure: "redirects", status: 302, fail: ({ res }) => res.redirect("/elsewhere") },
  { failure: "throws", status: 500, fail: () => Promise.reject(new Error("no")) },
];

describe.each(await openBackends())("a receiver with a store on $name", (backend) => {
  const { missing, store, close } = backend;
  const servers: { stop: () => void }[] = [];
  afterAll(async () => {
    for (const { stop } of servers) stop();
    await close();
  });

  it.concurrent.for(FAILURES)(
    "runs the retry where the handler $failure",
    async ({ status, fail }, { skip, expect }) => {
      skip(missing !== undefined, `needs ${missing}`);
      const { url, runs } = await serve((context, run) => run === 1 && fail(context, run));
      const init: RequestInit = { ...(await delivery(crypto.randomUUID())), redirect: "manual" };
      const statuses = [];
      for (let n = 0; n < 3; n++) statuses.push((await fetch(url, init)).status);
      expect(statuses).toEqual([status, 200, 200]);
      expect(runs()).toBe(2);
    },
  );

  it.concurrent("counts what a handler did after its sender had left", async ({ skip, expect }) => {
    skip(missing !== undefined, `needs ${missing}`);
    let finish: (() => void) | undefined;
    const started = deferred();
    const { url, runs, records } = await serve(async () => {
      started.resolve();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    const init = await delivery(crypto.randomUUID());
    const sender = new AbortController();
    const left = fetch(url, { ...init, signal: sender.signal }).catch((error: Error) => error.name);
    await started.promise;
    sender.abort();
    expect(await left).toBe("AbortError");
    expect((await fetch(url, init)).status).toBe(503);
    finish?.();
    await expect.poll(() => records.some((record) => record.settlement === "completed")).toBe(true);
    expect((await fetch(url, init)).status).toBe(200);
    expect(runs()).toBe(1);
  });

  it.concurrent("holds the claim while a handler takes longer than its lease", async ({
    skip,
    expect,
  }) => {
    skip(missing !== undefined, `needs ${missing}`);
    const finish = deferred();
    const { url, runs } = await serve(() => finish.promise, { leaseSeconds: 1 });
    const init = await delivery(crypto.randomUUID());
    const first = fetch(url, init);
    await expect.poll(runs).toBe(1);
    await sleep(1500);
    expect((await fetch(url, init)).status).toBe(503);
    finish.resolve();
    expect((await first).status).toBe(200);
    expect((await fetch(url, init)).status).toBe(200);
    expect(runs()).toBe(1);
  });

  it.concurrent("runs the retry where a handler hangs for ever", async ({ skip, expect }) => {
    skip(missing !== undefined, `needs ${missing}`);
    const never = new Promise<void>(() => {});
    const { url, runs } = await serve((_, run) => (run === 1 ? never : undefined), {
      leaseSeconds: 0.5,
      maxProcessingSeconds: 0.5,
    });
    const init = await delivery(crypto.randomUUID());
    fetch(url, init).catch(() => {});
    await expect.poll(runs).toBe(1);
    await expect.poll(async () => (await fetch(url, init)).status, { interval: 100 }).toBe(200);
    expect(runs()).toBe(2);
  });

  it.concurrent("lets a stale holder neither complete nor give back", async ({ skip, expect }) => {
    skip(missing !== undefined, `needs ${missing}`);
    const [resume, second] = [deferred(), deferred()];
    let stale: AbortSignal | undefined;
    const paused = await serve(
      async ({ claim, res }) => {
        stale = claim.signal;
        await resume.promise;
        res.status(500).end();
      },
      // As if paused: the heartbeat ends at once.
      { leaseSeconds: 0.5, maxProcessingSeconds: 0.001 },
    );
    const next = await serve(() => second.promise);
    const init = await delivery(crypto.randomUUID());
    const first = fetch(paused.url, init);
    await expect.poll(() => stale?.aborted).toBe(true);
    expect(stale?.reason).toMatchObject({ code: "claim_lost" });
    const taking = deliverUntilTaken(next.url, init);
    await expect.poll(next.runs).toBe(1);
    resume.resolve();
    expect((await first).status).toBe(500);
    expect((await fetch(next.url, init)).status).toBe(503);
    second.resolve();
    expect(await taking).toBe(200);
    expect((await fetch(paused.url, init)).status).toBe(200);
    expect([paused.runs(), next.runs()]).toEqual([1, 1]);
    expect(settlements(paused.records)).toEqual(["lost"]);
    expect(settlements(next.records)).toEqual(["completed"]);
  });

  async function serve(
    handle: Handler,
    options: { leaseSeconds?: number; maxProcessingSeconds?: number } = {},
  ) {
    let runs = 0;
    const records: ReceiptRecord[] = [];
    const app = express();
    app.post(
      "/",
      webhook(
        { provider, secret, store, ...options, onReceipt: (record) => records.push(record) },
        async (_event, context) => {
          runs++;
          await handle(context, runs);
        },
      ),
    );
    app.use(answerErrors);
    const server = createServer(app);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    servers.push({
      stop: () => {
        server.closeAllConnections();
        server.close();
      },
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return { url, records, runs: () => runs };
  }
});

function settlements(records: readonly ReceiptRecord[]): unknown[] {
  return records.flatMap(({ settlement }) => settlement ?? []);
}

/** The store's lease begins a little later than the holder's own, by the way to it: until then the answer is 503. */
async function deliverUntilTaken(url: string, init: RequestInit): Promise<number> {
  for (;;) {
    const { status } = await fetch(url, init);
    if (status !== 503) return status;
    await sleep(20);
  }
}

/** A promise and the way to resolve it. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  const settle: { resolve?: () => void } = {};
  const promise = new Promise<void>((resolve) => {
    settle.resolve = resolve;
  });
  return { promise, resolve: () => settle.resolve?.() };
}
