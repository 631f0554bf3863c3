import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClaimStore, defineProvider, memoryStore } from "@countersign/core";
import { paradym } from "@countersign/core/providers";
import { Wire } from "../wire.ts";
import { type MiddlewareCase, at, eventually, assertProblem, genuine, failure } from "./kit.ts";

const ONCE = "Once";

/** A handler that waits until it is told to go on. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const door = new EventEmitter();
  return { opened: once(door, "open").then(() => {}), open: () => void door.emit("open") };
}

export const onceCases: readonly MiddlewareCase[] = [
  {
    group: ONCE,
    name: "a duplicate: 200, no second run",
    run: (subject) =>
      at(subject, {}, async ({ post, events }) => {
        for (let i = 0; i < 3; i++) assert.equal((await post(genuine()))?.status, 200);
        assert.equal(events.length, 1);
      }),
  },
  {
    group: ONCE,
    name: "20 at the same time: one run; 503 with Retry-After, or 200 after it",
    run: (subject) => {
      const { opened, open } = gate();
      return at(subject, { handle: () => opened }, async ({ post, events }) => {
        const responses = await Promise.all(
          Array.from({ length: 20 }, async () => {
            const response = await post(genuine());
            if (response?.status === 503) open();
            return response;
          }),
        );
        assert.equal(events.length, 1);
        for (const response of responses) {
          assert.ok(response?.status === 200 || response?.status === 503);
          if (response.status === 503)
            assert.match(response.headers.get("retry-after") ?? "", /^\d+$/);
        }
        assert.ok(responses.some((response) => response?.status === 503));
      });
    },
  },
  {
    group: ONCE,
    name: "copies at the same time, which wait: one run, and 200 for all",
    run: (subject) =>
      at(
        subject,
        { options: { whileInFlight: "wait" }, handle: () => sleep(300) },
        async ({ post, events, records }) => {
          const responses = await Promise.all([1, 2, 3, 4].map(() => post(genuine())));
          assert.deepEqual(
            responses.map((response) => response?.status),
            [200, 200, 200, 200],
          );
          assert.equal(events.length, 1);
          const waited = records.filter(({ waitedMs }) => waitedMs !== undefined);
          assert.deepEqual(
            waited.map(({ outcome }) => outcome),
            ["duplicate", "duplicate", "duplicate"],
          );
        },
      ),
  },
  {
    group: ONCE,
    name: "copies at the same time, and the first run fails: the next copy runs, and the others are answered by it",
    run: (subject) => {
      let runs = 0;
      const handle = async (): Promise<void> => {
        await sleep(100);
        if (++runs === 1) throw failure;
      };
      return at(
        subject,
        { options: { whileInFlight: "wait" }, handle },
        async ({ post, events }) => {
          const responses = await Promise.all([1, 2, 3, 4].map(() => post(genuine())));
          const count = (status: number): number =>
            responses.filter((response) => response?.status === status).length;
          assert.deepEqual([count(200), count(500)], [3, 1]);
          assert.equal(events.length, 2);
        },
      );
    },
  },
  {
    group: ONCE,
    name: "a copy waits no longer than the provider does: 503 with Retry-After",
    run: (subject) => {
      const { opened, open } = gate();
      const provider = defineProvider({ ...paradym, delivery: { deadlineSeconds: 0.3 } });
      return at(
        subject,
        { options: { provider, whileInFlight: "wait" }, handle: () => opened },
        async ({ post, records }) => {
          const first = post(genuine());
          const second = await post(genuine());
          assertProblem(second, 503, "in_flight");
          assert.match(second?.headers.get("retry-after") ?? "", /^\d+$/);
          const waitedMs = records.find(({ outcome }) => outcome === "in_flight")?.waitedMs ?? 0;
          assert.ok(waitedMs >= 200, `it waited ${waitedMs} ms`);
          open();
          assert.equal((await first)?.status, 200);
        },
      );
    },
  },
  {
    group: ONCE,
    name: "the sender leaves, the handler succeeds afterwards: no second run",
    run: async (subject) => {
      const { opened, open } = gate();
      await at(
        subject,
        { handle: () => opened.then(() => ({ body: "done" })) },
        async ({ port, post, events, records }) => {
          const wire = await Wire.to(port);
          wire.send(genuine());
          await eventually("the handler runs", () => events.length === 1);
          wire.leave();
          await sleep(30);
          assert.equal((await post(genuine()))?.status, 503);
          open();
          await eventually("completed", () =>
            records.some(({ settlement }) => settlement === "completed"),
          );
          assert.equal((await post(genuine()))?.status, 200);
          assert.equal(events.length, 1);
        },
      );
    },
  },
  {
    group: ONCE,
    name: "the sender leaves, the handler fails afterwards: the retry runs",
    run: async (subject) => {
      const { opened, open } = gate();
      let runs = 0;
      await at(
        subject,
        {
          handle: async () => {
            if (++runs > 1) return;
            await opened;
            throw failure;
          },
        },
        async ({ port, post, events, records }) => {
          const wire = await Wire.to(port);
          wire.send(genuine());
          await eventually("the handler runs", () => events.length === 1);
          wire.leave();
          await sleep(30);
          open();
          await eventually("released", () =>
            records.some(({ settlement }) => settlement === "released"),
          );
          assert.equal((await post(genuine()))?.status, 200);
          assert.equal(events.length, 2);
        },
      );
    },
  },
  {
    group: ONCE,
    name: "never answers, and the sender leaves: the lease lapses, and the retry runs",
    run: (subject) => {
      let runs = 0;
      return at(
        subject,
        {
          options: { leaseSeconds: 1, maxProcessingSeconds: 1 },
          handle: () => (++runs === 1 ? new Promise<void>(() => {}) : undefined),
        },
        async ({ port, post, events }) => {
          const wire = await Wire.to(port);
          wire.send(genuine());
          await eventually("the handler runs", () => events.length === 1);
          wire.leave();
          assert.equal((await post(genuine()))?.status, 503);
          await sleep(1500);
          let retried = await post(genuine());
          for (let n = 0; n < 100 && retried?.status === 503; n++) {
            await sleep(50);
            retried = await post(genuine());
          }
          assert.equal(retried?.status, 200);
          assert.equal(events.length, 2);
        },
      );
    },
  },
  {
    group: ONCE,
    name: "the 2xx is complete only when the store has it",
    run: (subject) => {
      const kept = memoryStore();
      const { opened, open } = gate();
      const store: ClaimStore = {
        ...kept,
        complete: (...args) => opened.then(() => kept.complete(...args)),
      };
      return at(
        subject,
        { options: { store }, handle: () => ({ body: "thanks" }) },
        async ({ port }) => {
          const wire = await Wire.to(port);
          wire.send(genuine());
          let answered = false;
          const response = wire.response().then((value) => {
            answered = true;
            return value;
          });
          await sleep(100);
          assert.equal(answered, false);
          open();
          assert.equal((await response)?.body, "thanks");
          wire.leave();
        },
      );
    },
  },
  {
    group: ONCE,
    name: "the store is away: 503 with Retry-After, no handler",
    run: (subject) => {
      const store: ClaimStore = {
        ...memoryStore(),
        claim: () => Promise.reject(new Error("ECONNREFUSED")),
      };
      return at(subject, { options: { store } }, async ({ post, events }) => {
        const response = await post(genuine());
        assertProblem(response, 503, "store_unavailable");
        assert.match(response?.headers.get("retry-after") ?? "", /^\d+$/);
        assert.equal(events.length, 0);
      });
    },
  },
];
