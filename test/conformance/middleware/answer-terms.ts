import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type DeliveryDefinition, defineProvider, type Warning } from "@countersign/core";
import { at, eventually, genuine, type MiddlewareCase, type Wanted } from "./kit.ts";

const TERMS = "What the provider expects";

/** How each framework sets a status; a handler of `receiver.handle()` returns it. */
const STATUS_LINE =
  /: (res\.status\(200\)\.end\(\)|res\.statusCode = 200|ctx\.status = 200|reply\.code\(200\)|@HttpCode\(200\)|return c\.body\(null, 200\)|return new Response\(null, \{ status: 200 \}\)), or set no status\.$/;

/** A provider that expects something of the answers, and a receiver of it that keeps its warnings. */
function expecting(delivery: DeliveryDefinition): {
  warnings: Warning[];
  options: NonNullable<Wanted["options"]>;
} {
  const warnings: Warning[] = [];
  const provider = defineProvider({
    name: "exacting",
    signature: { header: "X-Paradym-HMAC-SHA-256", encoding: "hex" },
    dedup: "content",
    delivery,
  });
  return { warnings, options: { provider, onWarning: (warning) => warnings.push(warning) } };
}

export const termsCases: readonly MiddlewareCase[] = [
  {
    group: TERMS,
    name: "a 2xx that it does not count as success: completed, a warning with the line to change, a record",
    run: async (subject) => {
      const { warnings, options } = expecting({ successStatuses: [200] });
      await at(subject, { options, handle: () => ({ status: 204 }) }, async ({ post, records }) => {
        for (const n of [1, 2]) {
          assert.equal((await post(genuine(n)))?.status, 204);
          await eventually("a record", () => records.length === n);
        }
        for (const { settlement, statusNotAccepted } of records) {
          assert.deepEqual([settlement, statusNotAccepted], ["completed", 204]);
        }
      });
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ["status_not_accepted"],
      );
      assert.match(warnings[0]?.message ?? "", STATUS_LINE);
    },
  },
  {
    group: TERMS,
    name: "no handler chose the status: one that it counts as success, also for a duplicate",
    run: async (subject) => {
      for (const status of [202, 204]) {
        const { warnings, options } = expecting({ successStatuses: [status] });
        // One server after the other.
        // oxlint-disable-next-line no-await-in-loop
        await at(subject, { options, form: "handler" }, async ({ post, events, records }) => {
          assert.equal((await post(genuine()))?.status, status);
          const duplicate = await post(genuine());
          assert.equal(duplicate?.status, status);
          assert.equal(duplicate.body, status === 204 ? "" : '{"status":"duplicate"}');
          assert.equal(events.length, 1);
          assert.ok(records.every(({ statusNotAccepted }) => statusNotAccepted === undefined));
        });
        assert.deepEqual(warnings, []);
      }
    },
  },
  {
    group: TERMS,
    name: "an answer after its deadline: completed, one warning that names the inbox, a mark in each record",
    run: async (subject) => {
      const { warnings, options } = expecting({ deadlineSeconds: 0.05 });
      await at(subject, { options, handle: () => sleep(100) }, async ({ post, records }) => {
        for (const n of [1, 2]) {
          assert.equal((await post(genuine(n)))?.status, 200);
          await eventually("a record", () => records.length === n);
        }
        for (const { settlement, deadlinePassed } of records) {
          assert.deepEqual([settlement, deadlinePassed], ["completed", true]);
        }
      });
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ["deadline_passed"],
      );
      assert.match(warnings[0]?.message ?? "", /exacting waits for 0\.05 s.*inbox: createInbox/);
    },
  },
];
