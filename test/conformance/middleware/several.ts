import assert from "node:assert/strict";
import { github } from "@countersign/core/providers";
import { macOf, paradymBody, requestOf } from "../delivery.ts";
import { assertProblem, at, genuine, type MiddlewareCase, type Wanted } from "./kit.ts";

const SEVERAL = "Several providers at one URL";

/** Paradym, and GitHub under another header; and Paradym's other product, under the same header. */
const receivers: Required<Pick<Wanted, "oneOf">> = {
  oneOf: [{}, { provider: github }, { secret: "the secret of another product", endpoint: "other" }],
};

export const severalCases: readonly MiddlewareCase[] = [
  {
    group: SEVERAL,
    name: "each delivery is one of the provider whose headers it has",
    run: (subject) =>
      at(subject, receivers, async ({ post, events, records }) => {
        const body = paradymBody(1);
        const ofGithub = requestOf({
          body,
          headers: {
            "X-Paradym-HMAC-SHA-256": undefined,
            "X-Hub-Signature-256": `sha256=${macOf(body)}`,
          },
        });
        assert.equal((await post(genuine()))?.status, 200);
        assert.equal((await post(ofGithub))?.status, 200);
        assert.deepEqual(
          events.map(({ provider }) => provider),
          ["paradym", "github"],
        );
        assert.deepEqual(
          records.map(({ provider, outcome }) => [provider, outcome]),
          [
            ["paradym", "accepted"],
            ["github", "accepted"],
          ],
        );
      }),
  },
  {
    group: SEVERAL,
    name: "where the headers fit several, it is the one whose signature is right",
    run: (subject) =>
      at(
        subject,
        { oneOf: [{ secret: "the secret of another product", endpoint: "other" }, {}] },
        async ({ post, events, records }) => {
          assert.equal((await post(genuine()))?.status, 200);
          assert.equal((await post(genuine()))?.status, 200);
          assert.equal(events.length, 1);
          assert.deepEqual(
            records.map(({ endpoint, outcome }) => [endpoint, outcome]),
            [
              ["paradym", "accepted"],
              ["paradym", "duplicate"],
            ],
          );
        },
      ),
  },
  {
    group: SEVERAL,
    name: "a delivery of none of them: 401, one record",
    run: (subject) =>
      at(subject, receivers, async ({ post, events, records }) => {
        const body = paradymBody(1);
        const unknown = requestOf({ body, headers: { "X-Paradym-HMAC-SHA-256": undefined } });
        const forged = requestOf({ body, headers: { "X-Paradym-HMAC-SHA-256": "0".repeat(64) } });
        assertProblem(await post(unknown), 401, "signature_missing");
        assertProblem(await post(forged), 401, "signature_mismatch");
        assert.equal(events.length, 0);
        assert.deepEqual(
          records.map(({ code }) => code),
          ["signature_missing", "signature_mismatch"],
        );
      }),
  },
];
