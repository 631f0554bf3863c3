import type { ReceiptRecord, WebhookEvent } from "@countersign/core";
import { stripe } from "@countersign/core/providers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Running, type ServerKind, servers } from "../round-trip/servers.ts";
import { isTaken } from "../share.ts";
import { countersign, type Ran, records } from "./countersign.ts";
import { found, SECRET } from "./doctor.ts";

const REFUSED: readonly (readonly [args: readonly string[], code: string])[] = [
  [["--tamper", "body"], "signature_mismatch"],
  [["--tamper", "signature"], "signature_mismatch"],
  [["--age", "10m"], "timestamp_expired"],
  [["--age", "-10m"], "timestamp_future"],
];

// Starting the program takes longer than what it does: `npm run test:exhaustive` has the other combinations.
const numbered: readonly (ServerKind & { readonly at: number })[] = servers.map(
  ({ name, start }, at) => ({ name, start, at }),
);

describe.each(numbered)("countersign send, to $name", ({ start, at }) => {
  let server: Running;
  let events: WebhookEvent[];
  let receipts: ReceiptRecord[];
  beforeEach(async () => {
    events = [];
    receipts = [];
    server = await start(
      { provider: stripe, secret: SECRET, onReceipt: (record) => receipts.push(record) },
      (event) => {
        events.push(event);
        return 200;
      },
    );
  });
  afterEach(() => server.close());

  async function send(...args: readonly string[]): Promise<Ran> {
    const to = ["--to", server.url, "--secret-env", "STRIPE_SECRET"];
    const ran = await countersign(["send", "stripe", "invoice.paid", ...to, ...args], {
      env: { STRIPE_SECRET: SECRET },
    });
    expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    return ran;
  }

  if (isTaken(at, 3))
    test("delivers a sample of the event, with the changes that were asked for", async () => {
      const ran = await send("--set", "/data/object/total=4200", "--set", "/note=it's");
      expect(ran.stdout).toMatch(/^✔ invoice\.paid {2}\d+ B {2}200 OK/);
      expect(ran.code).toBe(0);
      expect(events[0]?.body).toMatchObject({
        type: "invoice.paid",
        note: "it's",
        data: { object: { object: "invoice", status: "paid", total: 4200 } },
      });
    });

  test.each(REFUSED.filter((_, index) => isTaken(at + 1 + index, 3)))(
    "%s is refused, with exit code 1",
    async (args, code) => {
      const ran = await send(...args);
      expect(ran.stdout).toContain("✘ invoice.paid");
      expect(ran.stdout).toContain(code);
      expect(ran.code).toBe(1);
      expect(events).toEqual([]);
      expect(receipts).toMatchObject([{ code }]);
    },
  );

  if (isTaken(at + 5, 3))
    test("--times sends different events, and --same-id one event several times", async () => {
      await send("--times", "3");
      expect(new Set(events.map(({ id }) => id)).size).toBe(3);
      const ran = await send("--times", "3", "--same-id", "--json");
      expect(records(ran.stdout)).toMatchObject([
        { status: 200 },
        { status: 200 },
        { status: 200 },
      ]);
      expect(events).toHaveLength(4);
      expect(receipts.slice(3).map(({ outcome }) => outcome)).toEqual([
        "accepted",
        "duplicate",
        "duplicate",
      ]);
    });
});

describe.each(numbered)("countersign doctor, on $name", ({ start, at }) => {
  let running: Running[] = [];
  afterEach(async () => {
    await Promise.all(running.map((server) => server.close()));
    running = [];
  });

  async function foundOn(secret: string, status: number): Promise<readonly string[]> {
    const server = await start({ provider: stripe, secret }, () => status);
    running.push(server);
    return found(server.url);
  }

  if (isTaken(at, 2))
    test("finds nothing wrong with a good receiver", async () => {
      expect(await foundOn(SECRET, 200)).toEqual([
        "genuine_taken",
        "forgery_refused",
        "unsigned_refused",
        "replay_refused",
      ]);
    });

  if (isTaken(at + 1, 2))
    test("tells another secret from a handler that fails", async () => {
      expect((await foundOn("another-secret-altogether", 200))[0]).toBe("-genuine_refused");
      expect((await foundOn(SECRET, 500))[0]).toBe("-handler_fails");
    });
});
