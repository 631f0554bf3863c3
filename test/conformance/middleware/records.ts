import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Observation } from "@countersign/core";
import { paradymBody, requestOf } from "../delivery.ts";
import { at, eventually, type MiddlewareCase } from "./kit.ts";

const RECORDS = "Records";

const FORGED = "0".repeat(64);

export const recordCases: readonly MiddlewareCase[] = [
  {
    group: RECORDS,
    name: "a refusal says who sent it, where to, and with what, but not the query",
    run: (subject) =>
      at(subject, {}, async ({ post, records }) => {
        await post(
          requestOf({
            path: "/hook?token=of-a-query",
            body: paradymBody(1),
            headers: { "X-Paradym-HMAC-SHA-256": FORGED, "User-Agent": "forger/1.0" },
          }),
        );
        const [record] = records;
        assert.equal(record?.code, "signature_mismatch");
        assert.match(record.remoteAddress ?? "", /^(::ffff:)?127\.0\.0\.1$/);
        assert.equal(record.method, "POST");
        assert.equal(record.path, "/hook");
        assert.equal(record.userAgent, "forger/1.0");
        assert.doesNotMatch(JSON.stringify(record), /of-a-query/);
      }),
  },
  {
    group: RECORDS,
    name: "behind a trusted proxy a record has the sender's address",
    needs: "a trusted proxy",
    run: (subject) =>
      at(subject, { front: "a trusted proxy" }, async ({ post, records }) => {
        await post(
          requestOf({ body: paradymBody(1), headers: { "X-Forwarded-For": "203.0.113.7" } }),
        );
        await eventually("a record", () => records.length === 1);
        assert.equal(records[0]?.remoteAddress, "203.0.113.7");
      }),
  },
  surrounded("handler"),
  { ...surrounded("middleware"), needs: "middleware" },
  {
    group: RECORDS,
    name: "an observer that fails changes no answer",
    async run(subject) {
      const observers = [broken, () => ({ run: broken, report: broken }), () => undefined];
      for (const observe of observers) {
        // One server after the other.
        // oxlint-disable-next-line no-await-in-loop
        await at(subject, { form: "handler", options: { observe } }, async ({ post, events }) => {
          const response = await post(requestOf({ body: paradymBody(1) }));
          assert.equal(response?.status, 200);
          assert.equal(events.length, 1);
        });
      }
    },
  },
];

function broken(): never {
  throw new Error("the observer is broken");
}

/** An observer's context reaches the handler of its delivery, and of no other. */
function surrounded(form: "handler" | "middleware"): MiddlewareCase {
  return {
    group: RECORDS,
    name: `what observes a delivery surrounds its handler (${form})`,
    async run(subject) {
      const context = new AsyncLocalStorage<string>();
      const seen: (string | undefined)[] = [];
      const reported: string[] = [];
      let count = 0;
      const observe = (): Observation => {
        const name = `delivery ${++count}`;
        return {
          run: (work) => context.run(name, work),
          verified: ({ type }) => reported.push(`${name}: ${type}`),
          report: ({ outcome, settlement }) => reported.push(`${name}: ${outcome}, ${settlement}`),
        };
      };
      const handle = async (): Promise<void> => {
        seen.push(context.getStore());
        await sleep(1);
        seen.push(context.getStore());
      };
      await at(subject, { form, handle, options: { observe } }, async ({ post }) => {
        await post(requestOf({ body: paradymBody(1) }));
        await post(requestOf({ body: paradymBody(2) }));
        await eventually("two reports", () => reported.length === 4);
      });
      assert.deepEqual(seen, ["delivery 1", "delivery 1", "delivery 2", "delivery 2"]);
      assert.deepEqual(reported, [
        "delivery 1: workflowExecution.completed",
        "delivery 1: accepted, completed",
        "delivery 2: workflowExecution.completed",
        "delivery 2: accepted, completed",
      ]);
    },
  };
}
