import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { chunksOf, headOf, paradymBody, requestOf } from "../delivery.ts";
import { Wire } from "../wire.ts";
import {
  type MiddlewareCase,
  LIMIT_BYTES,
  type Wanted,
  at,
  assertProblem,
  genuine,
  forged,
  signature,
  encoded,
  ofLength,
  inflating,
  bomb,
  failure,
} from "./kit.ts";

const CONNECTION = "Connection";

/** A refusal, and then a genuine delivery on the same connection. */
function afterwards(
  name: string,
  status: number,
  request: () => Uint8Array,
  wanted: Wanted = {},
): MiddlewareCase {
  return {
    group: CONNECTION,
    name: `after ${name} (${status}): usable or closed, the next request not misread`,
    run: async (subject) => {
      for (const pipelined of [true, false]) {
        await at(subject, wanted, async ({ port, events, post }) => {
          const wire = await Wire.to(port);
          wire.send(pipelined ? Buffer.concat([request(), genuine(2)]) : request());
          assert.equal((await wire.response())?.status, status);
          if (!pipelined) wire.send(genuine(2));
          const second = await Promise.race([wire.response(), sleep(10_000, "hung" as const)]);
          assert.notEqual(second, "hung");
          if (second !== undefined && second !== "hung") assert.equal(second.status, 200);
          // Where the connection was closed, the sender sends again: processed once, whether it was read before or not.
          else assert.equal((await post(genuine(2)))?.status, 200);
          const runs = events.filter(({ rawBody }) => paradymBody(2).equals(rawBody));
          assert.equal(runs.length, 1);
          assert.equal(wire.rest, "");
          wire.leave();
        });
      }
    },
  };
}

/** What the sockets' own buffers take is beyond anybody's reach. */
const UNREAD_BYTES = 512 * 1024;
const LARGE_BYTES = 8 * 1024 * 1024;

/** Sends what is refused by its head, with a large body that is itself full of genuine requests. */
function unread(name: string, status: number, head: string, chunked: boolean): MiddlewareCase {
  return {
    group: CONNECTION,
    name,
    run: (subject) =>
      at(subject, {}, async ({ port, events, bytesRead }) => {
        const wire = await Wire.to(port);
        wire.send(head);
        const inside = Buffer.concat(Array.from({ length: 200 }, () => genuine(3)));
        const part = chunked ? Buffer.concat(chunksOf(inside, inside.length)) : inside;
        let sent = 0;
        const response = wire.response();
        const over = new AbortController();
        void Promise.allSettled([response]).then(() => over.abort());
        while (sent < LARGE_BYTES && !over.signal.aborted) {
          wire.send(part);
          sent += part.length;
          await new Promise(setImmediate);
        }
        const answer = await response;
        const readBytes = bytesRead();
        assert.equal(answer?.status, status);
        for (let i = 0; i < 40 && sent < LARGE_BYTES; i++) {
          wire.send(part);
          sent += part.length;
          await sleep(1);
        }
        const closed = await Promise.race([wire.closed.then(() => true), sleep(10_000, false)]);
        assert.equal(events.length, 0);
        assert.equal(wire.rest, "");
        wire.leave();
        assert.ok(readBytes < UNREAD_BYTES, `${readBytes} bytes were read`);
        if (!subject.can.has("leave a body unread")) return "answered; the server reads on";
        assert.ok(closed, "the connection is closed");
        assert.ok(bytesRead() < UNREAD_BYTES, `${bytesRead()} bytes were read in the end`);
        return undefined;
      }),
  };
}

export const connectionCases: readonly MiddlewareCase[] = [
  {
    group: CONNECTION,
    name: "keep-alive: ten deliveries on one connection",
    run: (subject) =>
      at(subject, {}, async ({ port, events }) => {
        const wire = await Wire.to(port);
        for (let n = 0; n < 10; n++) {
          wire.send(genuine(n));
          assert.equal((await wire.response())?.status, 200);
        }
        assert.equal(events.length, 10);
        wire.leave();
      }),
  },
  {
    group: CONNECTION,
    name: "pipelined: ten deliveries at once",
    run: (subject) =>
      at(subject, {}, async ({ port, events }) => {
        const wire = await Wire.to(port);
        wire.send(Buffer.concat(Array.from({ length: 10 }, (_, n) => genuine(n))));
        for (let n = 0; n < 10; n++) assert.equal((await wire.response())?.status, 200);
        assert.equal(events.length, 10);
        wire.leave();
      }),
  },
  afterwards("a forged one", 401, forged),
  afterwards("a forged one in chunks", 401, () =>
    requestOf({
      body: paradymBody(1),
      chunkBytes: 50,
      headers: { "X-Paradym-HMAC-SHA-256": "0".repeat(64) },
    }),
  ),
  afterwards("a missing signature", 401, () => signature(undefined)),
  afterwards("a missing signature in chunks", 401, () =>
    requestOf({
      body: paradymBody(1),
      chunkBytes: 50,
      headers: { "X-Paradym-HMAC-SHA-256": undefined },
    }),
  ),
  afterwards("a body over the limit", 413, () => requestOf({ body: ofLength(LIMIT_BYTES + 1) })),
  afterwards("a chunked body over the limit", 413, () =>
    requestOf({ body: ofLength(4 * LIMIT_BYTES), chunkBytes: 1000 }),
  ),
  afterwards("a compressed body", 415, () => encoded("gzip", gzipSync(paradymBody(1)))),
  afterwards("a decompression bomb", 413, bomb, inflating),
  afterwards("damaged gzip", 400, () => encoded("gzip", Buffer.alloc(3000, 7)), inflating),
  afterwards("a body that is not JSON", 500, () => requestOf({ body: Buffer.from("{") })),
  afterwards("a handler that throws", 500, () => genuine(1), {
    handle: (event) => {
      if (JSON.stringify(event.body).includes("workflow 1")) throw failure;
    },
  }),
  afterwards("a GET", 401, () =>
    requestOf({ method: "GET", headers: { "X-Paradym-HMAC-SHA-256": undefined } }),
  ),
  {
    group: CONNECTION,
    name: "a refusal in the middle of a compressed body (413), whose rest comes after the answer",
    run: (subject) =>
      at(subject, inflating, async ({ port, events, post }) => {
        const inside = Buffer.alloc(40_000, 7);
        // Not compressed at all, so that the limit is reached long before the end.
        const request = encoded("gzip", gzipSync(inside, { level: 0 }), inside);
        const wire = await Wire.to(port);
        wire.send(request.subarray(0, 20_000));
        assertProblem(await wire.response(), 413, "body_too_large");
        wire.send(Buffer.concat([request.subarray(20_000), genuine(2)]));
        const second = await Promise.race([wire.response(), sleep(10_000, "hung" as const)]);
        assert.notEqual(second, "hung");
        if (second !== undefined && second !== "hung") assert.equal(second.status, 200);
        else assert.equal((await post(genuine(2)))?.status, 200);
        assert.equal(events.length, 1);
        wire.leave();
      }),
  },
  unread(
    "no signature and 8 MiB declared: refused unread",
    401,
    headOf({
      headers: { "X-Paradym-HMAC-SHA-256": undefined, "Content-Length": String(LARGE_BYTES) },
    }),
    false,
  ),
  unread(
    "8 MiB declared: refused unread",
    413,
    headOf({ headers: { "Content-Length": String(LARGE_BYTES) } }),
    false,
  ),
  unread(
    "no signature and 8 MiB in chunks: refused unread",
    401,
    headOf({ headers: { "X-Paradym-HMAC-SHA-256": undefined, "Transfer-Encoding": "chunked" } }),
    true,
  ),
  unread("8 MiB in chunks: refused at the limit", 413, headOf({ chunkBytes: 1 }), true),
];
