import assert from "node:assert/strict";
import { macOf, paradymBody, requestOf, SECRET } from "../delivery.ts";
import { type MiddlewareCase, at, refused, accepted, genuine, forged, signature } from "./kit.ts";

const SIGNATURES = "Signature";

export const signatureCases: readonly MiddlewareCase[] = [
  accepted(
    SIGNATURES,
    "genuine: 200, handled once, body parsed",
    () => genuine(),
    {},
    (event) => {
      assert.equal(event.type, "workflowExecution.completed");
      assert.deepEqual(event.body, JSON.parse(paradymBody(1).toString()));
      assert.deepEqual(Buffer.from(event.rawBody), paradymBody(1));
    },
  ),
  refused(SIGNATURES, "forged", 401, "signature_mismatch", forged),
  refused(SIGNATURES, "missing", 401, "signature_missing", () => signature(undefined)),
  refused(SIGNATURES, "empty", 401, "signature_malformed", () => signature("")),
  refused(SIGNATURES, "garbage", 401, "signature_malformed", () => signature("\u00e9{}\u00ff;=,")),
  refused(SIGNATURES, "15 KiB", 401, "signature_malformed", () => signature("a".repeat(15 * 1024))),
  refused(SIGNATURES, "repeated, one of them genuine", 401, "signature_malformed", () =>
    signature([macOf(paradymBody(1)), "0".repeat(64)]),
  ),
  {
    group: SIGNATURES,
    name: "over what the server takes in headers: 431 from the server",
    run: (subject) =>
      at(subject, {}, async ({ post, events }) => {
        assert.equal((await post(signature("a".repeat(17 * 1024))))?.status, 431);
        assert.equal(events.length, 0);
      }),
  },
  {
    group: SIGNATURES,
    name: "every method of the route: nothing reaches the handler unverified",
    run: (subject) =>
      at(subject, {}, async ({ post, events }) => {
        for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
          for (const headers of [
            { "X-Paradym-HMAC-SHA-256": undefined, "Content-Type": undefined },
            { "X-Paradym-HMAC-SHA-256": "0".repeat(64) },
          ]) {
            const response = await post(requestOf({ method, headers }), method === "HEAD");
            assert.equal(response?.status, 401, method);
          }
        }
        assert.equal(events.length, 0);
      }),
  },
  refused(SIGNATURES, "an empty POST without a content type", 401, "signature_missing", () =>
    requestOf({ headers: { "X-Paradym-HMAC-SHA-256": undefined, "Content-Type": undefined } }),
  ),
  {
    group: SIGNATURES,
    name: "the answer names the code and nothing else",
    run: (subject) =>
      at(subject, {}, async ({ post }) => {
        const response = await post(forged());
        assert.ok(response);
        const all = [...response.headers.values(), response.body].join("\n");
        assert.ok(!all.includes(SECRET) && !all.includes(macOf(paradymBody(1))));
        assert.ok(!/\bat .*\.(ts|js)/.test(all));
      }),
  },
];
