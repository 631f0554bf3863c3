import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { handlers } from "@countersign/core";
import { paradymBody, requestOf } from "../delivery.ts";
import type { Reply, Setup } from "../subject.ts";
import {
  type MiddlewareCase,
  LIMIT_BYTES,
  terseProvider,
  at,
  eventually,
  genuine,
  forged,
  signature,
  ofLength,
  failure,
} from "./kit.ts";

const ANSWERS = "Handler";

/** What a handler answers, and what becomes of the claim. */
function answers(
  name: string,
  handle: Setup["handle"],
  wanted: { status: number; body?: string; settlement: "completed" | "released" },
  more: Partial<MiddlewareCase> & { form?: "middleware" | "handler" } = {},
): MiddlewareCase {
  const { form, ...rest } = more;
  return {
    group: ANSWERS,
    name,
    run: (subject) =>
      at(subject, { handle, ...(form && { form }) }, async ({ post, events, records }) => {
        const response = await post(genuine());
        assert.equal(response?.status, wanted.status, response?.body);
        if (wanted.body !== undefined) assert.equal(response.body, wanted.body);
        await eventually("settled", () => records.at(-1)?.settlement !== undefined);
        assert.equal(records.at(-1)?.settlement, wanted.settlement);
        const again = await post(genuine());
        assert.equal(again?.status, wanted.settlement === "completed" ? 200 : wanted.status);
        assert.equal(events.length, wanted.settlement === "completed" ? 1 : 2);
      }),
    ...rest,
  };
}

const throwing = (): never => {
  throw failure;
};

async function* failingHalfway(): AsyncGenerator<string> {
  yield "one ";
  await sleep(30);
  throw failure;
}

export const answerCases: readonly MiddlewareCase[] = [
  answers("no answer: 200", () => {}, { status: 200, settlement: "completed" }),
  answers(
    "no answer, in the handler form: 200",
    () => {},
    { status: 200, settlement: "completed" },
    { form: "handler" },
  ),
  answers("an answer with a body", () => ({ body: "thanks" }), {
    status: 200,
    body: "thanks",
    settlement: "completed",
  }),
  answers(
    "an answer with a body, in the handler form",
    () => ({ body: "thanks" }),
    {
      status: 200,
      body: "thanks",
      settlement: "completed",
    },
    { form: "handler" },
  ),
  answers("202", () => ({ status: 202 }), { status: 202, settlement: "completed" }),
  answers("400: given back", () => ({ status: 400 }), { status: 400, settlement: "released" }),
  answers("404: given back", () => ({ status: 404 }), { status: 404, settlement: "released" }),
  answers("503: given back", () => ({ status: 503 }), { status: 503, settlement: "released" }),
  answers(
    "sets a status and returns, in the handler form: that status, given back",
    () => ({ status: 503, unsent: true }),
    { status: 503, settlement: "released" },
    { form: "handler", needs: "set a status and return" },
  ),
  answers("throws: 500, given back", throwing, { status: 500, settlement: "released" }),
  answers(
    "throws, in the handler form: 500, given back",
    throwing,
    { status: 500, settlement: "released" },
    { form: "handler" },
  ),
  answers("rejects later: 500, given back", () => sleep(30).then(throwing), {
    status: 500,
    settlement: "released",
  }),
  answers(
    "throws nothing at all, in the handler form: 500, given back",
    () => Promise.reject(),
    { status: 500, settlement: "released" },
    { form: "handler" },
  ),
  answers(
    "returns a Response, in the handler form: it is the answer, and given back with 503",
    () => ({ returned: new Response("busy", { status: 503 }) }),
    { status: 503, body: "busy", settlement: "released" },
    { form: "handler" },
  ),
  {
    group: ANSWERS,
    name: "returns something else, in the handler form: 200 and a warning, or the framework's payload",
    run: async (subject) => {
      const warnings: string[] = [];
      let body = "";
      await at(
        subject,
        {
          form: "handler",
          handle: () => ({ returned: { status: 503 } }),
          options: { onWarning: ({ message }) => warnings.push(message) },
        },
        async ({ post, records }) => {
          const response = await post(genuine());
          assert.equal(response?.status, 200);
          ({ body } = response);
          await eventually("completed", () => records.at(-1)?.settlement === "completed");
        },
      );
      if (body === '{"status":503}') return "the payload";
      assert.match(warnings.join(), /returned/);
      return "warned of";
    },
  },
  {
    group: ANSWERS,
    name: "204",
    run: (subject) =>
      at(subject, { handle: () => ({ status: 204 }) }, async ({ post, records }) => {
        assert.equal((await post(genuine()))?.status, 204);
        await eventually("completed", () => records.at(-1)?.settlement === "completed");
      }),
  },
  answers("late", () => sleep(80).then(() => ({ body: "late" })), {
    status: 200,
    body: "late",
    settlement: "completed",
  }),
  answers("by stream", () => ({ stream: () => Readable.from(["one ", "two ", "three"]) }), {
    status: 200,
    body: "one two three",
    settlement: "completed",
  }),
  {
    group: ANSWERS,
    name: "by a stream that fails halfway: no complete answer",
    run: (subject) =>
      at(
        subject,
        { handle: () => ({ stream: () => Readable.from(failingHalfway()) }) },
        async ({ post, records }) => {
          await assert.rejects(post(genuine()), /broke off/);
          await eventually("settled", () => records.at(-1)?.settlement !== undefined);
          const settlement = records.at(-1)?.settlement;
          // A Response is the handler's last word; whatever its body does comes after.
          assert.equal(
            settlement,
            subject.can.has("leave a body unread") ? "released" : "completed",
          );
          return settlement === "released" ? "given back" : "completed";
        },
      ),
  },
  {
    group: ANSWERS,
    name: "what is thrown reaches the framework's own error handling, and the log",
    needs: "middleware",
    run: async (subject) => {
      for (const form of ["middleware", "handler"] as const) {
        await at(subject, { handle: throwing, form }, async ({ post, errors, records }) => {
          await post(genuine());
          assert.deepEqual(errors, [failure]);
          assert.equal(records.at(-1)?.settlement, "released");
          if (form === "handler") assert.equal(records.at(-1)?.error, failure);
        });
      }
    },
  },
  {
    group: ANSWERS,
    name: "where the provider wants no body in its answers, none has one",
    run: (subject) => {
      let reply: Reply | undefined = { status: 500, body: "" };
      const options = { provider: terseProvider };
      return at(subject, { options, handle: () => reply }, async ({ post, records }) => {
        const answered = async (request: Uint8Array, status: number): Promise<void> => {
          const response = await post(request);
          assert.equal(response?.status, status);
          assert.equal(response.body, "");
        };
        await answered(signature(undefined), 401);
        await answered(forged(), 401);
        await answered(requestOf({ body: ofLength(LIMIT_BYTES + 1) }), 413);
        await answered(genuine(), 500);
        await eventually("released", () => records.at(-1)?.settlement === "released");
        reply = undefined;
        await answered(genuine(), 200);
        await eventually("completed", () => records.at(-1)?.settlement === "completed");
        await answered(genuine(), 200);
        assert.equal(records.at(-1)?.outcome, "duplicate");
      });
    },
  },
  {
    group: ANSWERS,
    name: "handlers() routes by type; an unhandled type is 200",
    run: async (subject) => {
      const seen: string[] = [];
      const route = handlers<Record<string, unknown>, unknown, undefined>({
        "workflowExecution.failed": (event) => {
          seen.push(`failed: ${event.type}`);
          return undefined;
        },
      });
      await at(
        subject,
        {
          handle: async (event) => {
            await route(event, {});
          },
          ...(subject.can.has("middleware") && { form: "handler" as const }),
        },
        async ({ post }) => {
          for (const type of ["workflowExecution.failed", "workflowExecution.renamed"]) {
            const response = await post(requestOf({ body: paradymBody(1, type) }));
            assert.equal(response?.status, 200);
          }
        },
      );
      assert.deepEqual(seen, ["failed: workflowExecution.failed"]);
      assert.deepEqual([...route.unhandled], [["workflowExecution.renamed", 1]]);
    },
  },
  answers(
    "past the framework, on Node's own response (hijack, reply.raw, ctx.respond)",
    () => ({ past: true, body: "raw" }),
    {
      status: 200,
      body: "raw",
      settlement: "completed",
    },
    { needs: "answer past the framework" },
  ),
  answers(
    "past the framework, with 500: given back",
    () => ({ past: true, status: 500 }),
    {
      status: 500,
      settlement: "released",
    },
    { needs: "answer past the framework" },
  ),
];
