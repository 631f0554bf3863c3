import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { type ClaimStore, memoryStore } from "@countersign/core";
import { para } from "@countersign/core/providers";
import { chunksOf, headOf, macOf, paradymBody, requestOf } from "../delivery.ts";
import { Wire } from "../wire.ts";
import {
  type MiddlewareCase,
  LIMIT_BYTES,
  at,
  eventually,
  assertProblem,
  refused,
  accepted,
  genuine,
  encoded,
  ofLength,
  bytes,
  inflating,
  bomb,
} from "./kit.ts";

const BODIES = "Body";

export const bodyCases: readonly MiddlewareCase[] = [
  accepted(BODIES, "exactly at the limit", () => requestOf({ body: ofLength(LIMIT_BYTES) })),
  refused(BODIES, "one byte over, declared", 413, "body_too_large", () =>
    requestOf({ body: ofLength(LIMIT_BYTES + 1) }),
  ),
  refused(BODIES, "one byte over, chunked", 413, "body_too_large", () =>
    requestOf({ body: ofLength(LIMIT_BYTES + 1), chunkBytes: 1000 }),
  ),
  {
    group: BODIES,
    name: "chunked, one byte at a time",
    run: (subject) =>
      at(subject, {}, async ({ port, events }) => {
        const body = paradymBody(1);
        const wire = await Wire.to(port);
        wire.send(headOf({ body, chunkBytes: 1 }));
        for (const chunk of chunksOf(body, 1)) {
          wire.send(chunk);
          await new Promise(setImmediate);
        }
        wire.send("0\r\n\r\n");
        assert.equal((await wire.response())?.status, 200);
        assert.equal(events.length, 1);
        wire.leave();
      }),
  },
  {
    group: BODIES,
    name: "too slow: 408, and the connection is closed",
    run: (subject) =>
      at(subject, { options: { bodyTimeoutMs: 250 } }, async ({ port, events }) => {
        for (const chunkBytes of [undefined, 1000]) {
          const wire = await Wire.to(port);
          wire.send(headOf({ body: paradymBody(1), ...(chunkBytes && { chunkBytes }) }));
          if (chunkBytes === undefined) wire.send(paradymBody(1).subarray(0, 10));
          assertProblem(await wire.response(), 408, "body_timeout");
          await wire.closed;
          assert.equal(wire.rest, "");
        }
        assert.equal(events.length, 0);
      }),
  },
  {
    group: BODIES,
    name: "aborted in the middle: no claim, no handler",
    run: (subject) => {
      const kept = memoryStore();
      let claims = 0;
      const store: ClaimStore = {
        ...kept,
        claim: (...args) => {
          claims++;
          return kept.claim(...args);
        },
      };
      return at(subject, { options: { store } }, async ({ port, events, records, post }) => {
        const wire = await Wire.to(port);
        wire.send(genuine().subarray(0, -10));
        await sleep(20);
        wire.leave();
        await eventually("the abort is seen", () => records.length === 1);
        assert.match(String(records[0]?.code), /^body_(aborted|timeout)$/);
        assert.equal(claims, 0);
        assert.equal(events.length, 0);
        assert.equal((await post(genuine()))?.status, 200);
      });
    },
  },
  {
    group: BODIES,
    name: "aborted in the middle of a compressed body: seen at once",
    run: (subject) =>
      at(
        subject,
        { options: { inflate: true, bodyTimeoutMs: 60_000 } },
        async ({ port, events, records }) => {
          const inside = ofLength(LIMIT_BYTES / 2);
          const wire = await Wire.to(port);
          wire.send(encoded("gzip", gzipSync(inside, { level: 0 }), inside).subarray(0, -500));
          await sleep(20);
          wire.leave();
          await eventually("the abort is seen", () => records[0]?.code === "body_aborted");
          assert.equal(events.length, 0);
        },
      ),
  },
  ...["gzip", "deflate", "br"].map((encoding) =>
    refused(BODIES, `${encoding}, not asked for`, 415, "body_encoding_unsupported", () =>
      encoded(encoding, gzipSync(paradymBody(1))),
    ),
  ),
  accepted(BODIES, "encoded as identity, which is not encoded", () =>
    encoded("identity", paradymBody(1)),
  ),
  accepted(
    BODIES,
    "gzip with inflate: true",
    () => encoded("gzip", gzipSync(paradymBody(1)), paradymBody(1)),
    inflating,
  ),
  accepted(
    BODIES,
    "deflate with inflate: true",
    () => encoded("deflate", deflateSync(paradymBody(1)), paradymBody(1)),
    inflating,
  ),
  {
    group: BODIES,
    name: "br with inflate: true",
    run: (subject) =>
      at(subject, inflating, async ({ post, events }) => {
        const response = await post(
          encoded("br", brotliCompressSync(paradymBody(1)), paradymBody(1)),
        );
        if (subject.can.has("inflate br")) {
          assert.equal(response?.status, 200);
          assert.equal(events.length, 1);
          return undefined;
        }
        // Where the runtime's DecompressionStream can't, it is refused.
        if (response?.status !== 200) assertProblem(response, 415, "body_encoding_unsupported");
        return "as the runtime can";
      }),
  },
  refused(BODIES, "a decompression bomb", 413, "body_too_large", bomb, inflating),
  refused(
    BODIES,
    "damaged gzip",
    400,
    "body_aborted",
    () => encoded("gzip", Buffer.concat([gzipSync("x").subarray(0, 12), Buffer.alloc(30, 7)])),
    inflating,
  ),
  refused(
    BODIES,
    "a compression that can't be undone here",
    415,
    "body_encoding_unsupported",
    () => encoded("compress", paradymBody(1)),
    inflating,
  ),
  ...["UTF-8", "none", "binary", "identity, identity", "constructor", ""].flatMap((encoding) =>
    [{}, inflating].map((wanted) =>
      accepted(
        BODIES,
        `a Content-Encoding that compresses nothing (${JSON.stringify(encoding)})${wanted === inflating ? ", inflating" : ""}`,
        () => encoded(encoding, paradymBody(1)),
        wanted,
      ),
    ),
  ),
  ...["json", "", "application/json, charset=utf-8", "text/", "*"].map((contentType) =>
    accepted(BODIES, `a Content-Type that is none (${JSON.stringify(contentType)})`, () =>
      requestOf({ body: paradymBody(1), headers: { "Content-Type": contentType } }),
    ),
  ),
  accepted(
    BODIES,
    "Latin-1",
    () => requestOf({ body: Buffer.from('{"name":"Zo\u00eb"}', "latin1") }),
    bytes,
    (event) => assert.ok(Buffer.from(event.rawBody).includes(0xeb)),
  ),
  accepted(
    BODIES,
    "a byte order mark",
    () => requestOf({ body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), paradymBody(1)]) }),
    {},
    (event) => assert.equal(event.rawBody[0], 0xef),
  ),
  accepted(
    BODIES,
    "binary",
    () =>
      requestOf({
        body: Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)),
        headers: { "Content-Type": "application/octet-stream" },
      }),
    bytes,
    (event) => assert.equal(event.rawBody.length, 512),
  ),
  accepted(
    BODIES,
    "Para, form-encoded",
    () => {
      const payload = JSON.stringify({
        appid: "scoold",
        event: "create",
        timestamp: 1_700_000_000_000,
        items: [{ name: "a b + ä" }],
      });
      const form = Buffer.from(new URLSearchParams({ payload }).toString());
      return requestOf({
        body: form,
        headers: {
          "Content-Type": "application/x-www-form-urlencoded",
          "X-Paradym-HMAC-SHA-256": undefined,
          "X-Webhook-Signature": macOf(Buffer.from(payload), "base64"),
        },
      });
    },
    { options: { provider: para } },
    (event) => assert.equal(event.type, "create"),
  ),
  ...[
    "text/plain",
    "application/vnd.acme+json; charset=utf-8",
    "multipart/form-data; boundary=x",
  ].map((type) =>
    accepted(BODIES, `content type ${type}`, () =>
      requestOf({ body: paradymBody(1), headers: { "Content-Type": type } }),
    ),
  ),
  accepted(BODIES, "no content type", () =>
    requestOf({ body: paradymBody(1), headers: { "Content-Type": undefined } }),
  ),
  accepted(BODIES, "genuine and empty", () => requestOf({ body: new Uint8Array() }), bytes),
  refused(BODIES, "verified, but not JSON", 500, "body_malformed", () =>
    requestOf({ body: Buffer.from("{") }),
  ),
];
