import assert from "node:assert/strict";
import { once } from "node:events";
import type { Claim, Warning } from "@countersign/core";
import type { Reply, Subject } from "../subject.ts";
import { at, eventually, failure, genuine, type MiddlewareCase } from "./kit.ts";

const LATE = "Late failures";

/** Asserts that one warning has the error with its stack. */
const assertTold = (warnings: readonly Warning[]): void => {
  const [warning, ...more] = warnings.filter(({ code }) => code === "handler_failed");
  assert.deepEqual(more, []);
  assert.match(warning?.message ?? "", /the handler failed\n\s+at /);
};

const answerThenFail = (): Reply => ({ past: true, body: "ok", failsAfter: failure });

/** Work that ends when it is told to. */
class Work {
  readonly done: Promise<void>;
  end: () => void;
  fail: (error: Error) => void;

  constructor() {
    let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
    this.done = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.end = () => settle?.resolve();
    this.fail = (error) => settle?.reject(error);
  }
}

export const lateFailureCases: readonly MiddlewareCase[] = [
  {
    group: LATE,
    name: "a handler that answers first and fails later: completed, and the error is told",
    needs: "answer past the framework",
    run: async (subject: Subject) => {
      const warnings: Warning[] = [];
      const options = { onWarning: (warning: Warning) => warnings.push(warning) };
      await at(
        subject,
        { form: "handler", options, handle: answerThenFail },
        async ({ post, records }) => {
          const response = await post(genuine());
          assert.equal(response?.status, 200);
          assert.equal(response.body, "ok");
          await eventually("the error is told", () => records.length === 2);
          const [first, second] = records;
          assert.equal(first?.settlement, "completed");
          assert.equal(first.error, undefined);
          assert.equal(second?.error, failure);
          assert.deepEqual([second.late, second.settlement], [true, "completed"]);
          assertTold(warnings);
          assert.equal((await post(genuine()))?.status, 200);
        },
      );
    },
  },
  {
    group: LATE,
    name: "the same behind the middleware: the error is in a record, or the framework's",
    needs: "middleware",
    run: (subject: Subject) => {
      if (!subject.can.has("answer past the framework")) return Promise.resolve("–");
      return at(subject, { handle: answerThenFail }, async ({ post, records, errors }) => {
        assert.equal((await post(genuine()))?.status, 200);
        const isRecorded = (): boolean => records.some(({ error }) => error === failure);
        await eventually("it is told", () => isRecorded() || errors.includes(failure));
        return isRecorded() ? "in a record" : "the framework's";
      });
    },
  },
  {
    group: LATE,
    name: "a handler that throws after its claim was lost: the error is told",
    run: async (subject: Subject) => {
      const warnings: Warning[] = [];
      await at(
        subject,
        {
          options: {
            leaseSeconds: 0.05,
            maxProcessingSeconds: 0.05,
            onWarning: (warning) => warnings.push(warning),
          },
          handle: async (_event, { signal }) => {
            if (!signal.aborted) await once(signal, "abort");
            throw failure;
          },
        },
        async ({ post, records, errors }) => {
          assert.equal((await post(genuine()))?.status, 500);
          // What a route behind Express's middleware throws goes past the middleware, to Express.
          const isTold = (): boolean =>
            errors.includes(failure) || records.some(({ error }) => error === failure);
          await eventually("it is told", isTold);
          assert.equal(records[0]?.settlement, "lost");
        },
      );
    },
  },
  {
    group: LATE,
    name: "claim.waitUntil: answered at once, completed when the work has ended",
    run: (subject: Subject) => {
      const work = new Work();
      const handle = (_event: unknown, claim: Claim) => claim.waitUntil(work.done);
      return at(subject, { handle }, async ({ post, records, events }) => {
        assert.equal((await post(genuine()))?.status, 200);
        assert.equal(records.length, 0);
        assert.equal((await post(genuine()))?.status, 503);
        assert.equal(records.pop()?.outcome, "in_flight");
        work.end();
        await eventually("it is completed", () => records.at(-1)?.settlement === "completed");
        assert.equal((await post(genuine()))?.status, 200);
        assert.equal(events.length, 1);
      });
    },
  },
  {
    group: LATE,
    name: "claim.waitUntil, and the work fails: released, and the error is told",
    run: (subject: Subject) => {
      const work = new Work();
      const handle = (_event: unknown, claim: Claim) => claim.waitUntil(work.done);
      return at(subject, { handle }, async ({ post, records }) => {
        assert.equal((await post(genuine()))?.status, 200);
        work.fail(failure);
        await eventually("it is settled", () => records.length > 0);
        assert.deepEqual([records[0]?.settlement, records[0]?.error], ["released", failure]);
      });
    },
  },
];
