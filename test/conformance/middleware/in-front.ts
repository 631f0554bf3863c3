import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { requestOf } from "../delivery.ts";
import type { Front, Subject } from "../subject.ts";
import { Wire } from "../wire.ts";
import {
  type MiddlewareCase,
  LIMIT_BYTES,
  type Wanted,
  at,
  eventually,
  assertProblem,
  refused,
  accepted,
  genuine,
  forged,
  ofLength,
  forwarded,
  signsUrl,
  bytes,
} from "./kit.ts";

const FRONT = "In front";

function inFront(
  front: Front,
  name: string,
  wanted: Wanted = {},
  request = genuine,
): MiddlewareCase {
  return { ...accepted(FRONT, name, () => request(), { ...wanted, front }), needs: front };
}

export const frontCases: readonly MiddlewareCase[] = [
  inFront("a parser to bytes", "a parser to bytes"),
  {
    ...refused(
      FRONT,
      "a parser to bytes, of one more than the limit",
      413,
      "body_too_large",
      () => requestOf({ body: ofLength(LIMIT_BYTES + 1), chunkBytes: 1000 }),
      { front: "a parser to bytes" },
    ),
    needs: "a parser to bytes",
  },
  inFront("a parser that keeps the bytes", "a parser that keeps the bytes"),
  inFront("a parser that keeps text", "a parser that keeps text"),
  {
    group: FRONT,
    name: "a parser that keeps text, a body that is not UTF-8: 500, unless the bytes are there as well",
    needs: "a parser that keeps text",
    run: (subject) =>
      at(subject, { ...bytes, front: "a parser that keeps text" }, async ({ post, events }) => {
        const body = Buffer.from('{"name":"Zo\u00eb"}', "latin1");
        const response = await post(requestOf({ body }));
        if (response?.status === 200) {
          assert.deepEqual(Buffer.from(events[0]?.rawBody ?? []), body);
          return "200";
        }
        assertProblem(response, 500, "body_already_read");
        return "500";
      }),
  },
  {
    ...refused(FRONT, "a parser that keeps nothing", 500, "body_already_read", () => genuine(), {
      front: "a parser that keeps nothing",
    }),
    needs: "a parser that keeps nothing",
  },
  {
    group: FRONT,
    name: "a parser that keeps nothing: the log says once which line to change",
    needs: "a parser that keeps nothing",
    run: async (subject) => {
      const warnings: string[] = [];
      await at(
        subject,
        {
          front: "a parser that keeps nothing",
          options: { onWarning: ({ message }) => warnings.push(message) },
        },
        async ({ post }) => {
          await post(genuine(1));
          await post(genuine(2));
        },
      );
      assert.equal(warnings.length, 1);
      assert.match(warnings.join(), /Register|put|Put|register/);
    },
  },
  ...(["compression", "sessions"] as const).flatMap((front) => [
    inFront(front, front),
    {
      group: FRONT,
      name: `${front}: an answer with a body, and by stream`,
      needs: front,
      run: (subject: Subject) =>
        at(
          subject,
          {
            front,
            handle: (event) =>
              JSON.stringify(event.body).includes("workflow 1")
                ? { body: "hello ".repeat(500) }
                : { stream: () => Readable.from(["one ", "two"]) },
          },
          async ({ post, records }) => {
            const first = await post(genuine(1));
            assert.equal(first?.status, 200);
            assert.equal(first.body, "hello ".repeat(500));
            const second = await post(genuine(2));
            assert.equal(second?.body, "one two");
            await eventually(
              "both are completed",
              () => records.filter(({ settlement }) => settlement === "completed").length === 2,
            );
          },
        ),
    },
  ]),
  {
    group: FRONT,
    name: "a guard that has answered while the body came: no second answer, and the retry runs",
    needs: "a guard that answers slow senders",
    run: (subject) =>
      at(
        subject,
        { front: "a guard that answers slow senders" },
        async ({ port, post, errors, records }) => {
          for (const request of [forged(), genuine()]) {
            const wire = await Wire.to(port);
            wire.send(request.subarray(0, -10));
            assert.equal((await wire.response())?.status, 504);
            wire.send(request.subarray(-10));
            await eventually("it is decided", () => records.length > 0);
            await eventually(
              "and settled",
              () =>
                records[0]?.code === "signature_mismatch" || records[0]?.settlement === "released",
            );
            records.length = 0;
            assert.deepEqual(errors, []);
            assert.equal(wire.rest, "");
            wire.leave();
          }
          assert.equal((await post(genuine()))?.status, 200);
        },
      ),
  },
  inFront(
    "a trusted proxy",
    "a trusted proxy: the URL that was signed is the one it names",
    signsUrl,
    forwarded,
  ),
  refused(
    FRONT,
    "a proxy that nobody trusts: the URL is the request's",
    401,
    "signature_mismatch",
    forwarded,
    signsUrl,
  ),
  {
    group: FRONT,
    name: "a sibling route keeps its own parser",
    needs: "sibling",
    run: (subject) =>
      at(subject, {}, async ({ post }) => {
        const response = await post(
          requestOf({ path: "/sibling", body: Buffer.from('{"a":1}'), headers: {} }),
        );
        assert.equal(response?.status, 200);
        assert.deepEqual(JSON.parse(response.body), { a: 1 });
      }),
  },
];
