import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import {
  createReceiver,
  defineProvider,
  type Delivery,
  memoryStore,
  type ReceiptRecord,
  type Provider,
  type ReceiverOptions,
  sign,
} from "@countersign/core";
import { box, github, notion, shopify, slack } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const SECRET = "a secret of the tests";

/** Receives one delivery, settles it, and returns its record. */
async function recordOf<Events extends object>(
  provider: Provider<Events>,
  delivery: Delivery,
  options: Partial<ReceiverOptions<Events>> = {},
): Promise<ReceiptRecord> {
  const records: ReceiptRecord[] = [];
  const receiver = createReceiver({
    provider,
    secret: SECRET,
    onReceipt: (record) => records.push(record),
    ...options,
  });
  const receipt = await receiver.receive(delivery);
  if (receipt.status === "accepted") await receipt.claim.complete();
  const [record] = records;
  if (record === undefined) throw new Error("no record");
  return record;
}

describe("the record of a forgery has what is needed to act on it", () => {
  const forged: Delivery = {
    headers: {
      "X-Hub-Signature-256": `sha256=${"0".repeat(64)}`,
      "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      "User-Agent": "forger/1.0",
    },
    body: "{}",
    method: "POST",
    url: "https://example.com/hooks/github?token=secret",
    remoteAddress: "203.0.113.7",
  };

  test("address, method, path, user agent and the delivery's id; not the query", async () => {
    const record = await recordOf(github, forged);
    expect(record).toMatchObject({
      outcome: "rejected",
      code: "signature_mismatch",
      remoteAddress: "203.0.113.7",
      method: "POST",
      path: "/hooks/github",
      userAgent: "forger/1.0",
      deliveryId: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    });
    expect(inspect(record)).not.toContain("token");
  });

  test("cut, so that nobody can fill the log", async () => {
    const long = "x".repeat(10_000);
    const record = await recordOf(github, {
      ...forged,
      headers: { "User-Agent": long, "X-GitHub-Delivery": long },
      method: long,
      url: `https://example.com/${long}`,
    });
    expect(JSON.stringify(record).length).toBeLessThan(2000);
  });

  test("a URL that is none leaves the path out, and headers that are missing leave theirs out", async () => {
    const record = await recordOf(github, {
      body: "{}",
      url: "/hooks",
      headers: undefined as never,
    });
    expect(record).toMatchObject({ outcome: "rejected", code: "config_invalid" });
    expect(record.path).toBeUndefined();
  });

  test("says why in words, on one line, and prints no stack", async () => {
    const record = await recordOf(github, forged);
    expect(record.message).toContain("matches no secret (tried: 1)");
    expect(JSON.parse(JSON.stringify(record))).toMatchObject({ message: record.message });
    expect(inspect(record)).toContain("[WebhookError: The signature in");
    expect(inspect(record)).not.toMatch(/^\s+at /m);
  });

  test("a sender that leaves prints no stack either", async () => {
    const records: ReceiptRecord[] = [];
    const receiver = createReceiver({
      provider: github,
      secret: SECRET,
      onReceipt: (record) => records.push(record),
    });
    const { headers } = await sign({ body: {} }, { provider: github, secret: SECRET });
    const body = new ReadableStream({
      pull: () => Promise.reject(new Error("the sender left")),
    });
    const request = new Request("https://example.com/", {
      method: "POST",
      headers,
      body,
      duplex: "half",
    } as RequestInit);
    await receiver.handle(request, () => {});
    expect(records).toMatchObject([{ code: "body_aborted" }]);
    expect(inspect(records)).not.toMatch(/^\s+at /m);
  });

  test("the stack of what the receiver's own function threw stays", async () => {
    const record = await recordOf(github, forged, {
      secret: () => Promise.reject(new Error("the vault is away")),
      onWarning: () => {},
    });
    expect(record.code).toBe("secret_unavailable");
    expect(inspect(record)).toMatch(/the vault is away\n\s+at /);
  });
});

describe("the attempt", () => {
  test("is counted from 1, whether the provider counts attempts or retries", async () => {
    const body = JSON.stringify({ type: "event_callback", event_id: "Ev1" });
    const first = await sign({ body }, { provider: slack, secret: SECRET });
    const retried = { ...first, headers: { ...first.headers, "X-Slack-Retry-Num": "2" } };
    expect((await recordOf(slack, first)).attempt).toBe(1);
    expect((await recordOf(slack, retried)).attempt).toBe(3);
  });

  test("is read from the body once that is verified", async () => {
    const body = JSON.stringify({ id: "1", type: "page.created", attempt_number: 4 });
    const signed = await sign({ body }, { provider: notion, secret: SECRET });
    expect((await recordOf(notion, signed)).attempt).toBe(4);
    const forged = await recordOf(notion, signed, { secret: "another secret of the tests" });
    expect(forged).toMatchObject({ outcome: "rejected" });
    expect(forged.attempt).toBeUndefined();
  });

  test.each(["", "-1", "many", "1e9", "9".repeat(30)])(
    "%j in its header is no number of an attempt",
    async (written) => {
      const headers = { "X-Slack-Retry-Num": written };
      expect((await recordOf(slack, { headers, body: "{}" })).attempt).toBeUndefined();
    },
  );

  test("a definition says where it stands", () => {
    const acme = {
      name: "acme",
      signature: { header: "X-Signature", encoding: "hex" },
      dedup: "content",
    } as const;
    expect(() =>
      defineProvider({
        ...acme,
        delivery: { attempt: { header: "X-Attempt", first: 2 as never } },
      }),
    ).toThrow("delivery.attempt.first is 2; it must be 0 or 1.");
    expect(() =>
      defineProvider({ ...acme, delivery: { attempt: { header: "X-A", body: "/a", first: 1 } } }),
    ).toThrow("delivery.attempt has header and body");
    expect(() =>
      defineProvider({ ...acme, delivery: { attempt: { header: "X Attempt", first: 1 } } }),
    ).toThrow("delivery.attempt.header");
    expect(() => defineProvider({ ...acme, delivery: { idHeader: "X Id" } })).toThrow(
      "delivery.idHeader",
    );
    expect(() =>
      defineProvider({
        ...acme,
        body: { format: "bytes" },
        delivery: { attempt: { body: "/a", first: 1 } },
      }),
    ).toThrow('delivery.attempt can\'t be in a body of the format "bytes".');
  });
});

test.each([
  [box, "BOX-DELIVERY-ID"],
  [shopify, "X-Shopify-Webhook-Id"],
] as const)(
  "the delivery's own id is taken where it is not the event's: $0.name",
  async (...of) => {
    const [provider, header] = of;
    const record = await recordOf(provider, { headers: { [header]: "the delivery" }, body: "{}" });
    expect(record.deliveryId).toBe("the delivery");
  },
);

test("a record has the age of the event at its arrival", async () => {
  const signedAtMs = Date.UTC(2026, 0, 1);
  const body = JSON.stringify({ type: "event_callback", event_id: "Ev1" });
  const signed = await sign({ body }, { provider: slack, secret: SECRET, now: () => signedAtMs });
  const record = await recordOf(slack, signed, { now: () => signedAtMs + 42_000 });
  expect(record.ageMs).toBe(42_000);
});

test("a record has the time that the store took, also where that failed", async () => {
  const signed = await sign({ body: {} }, { provider: github, secret: SECRET });
  const slow = memoryStore();
  const record = await recordOf(github, signed, {
    store: {
      ...slow,
      async claim(key, terms) {
        await sleep(30);
        return slow.claim(key, terms);
      },
    },
  });
  expect(record.claimMs).toBeGreaterThan(25);
  expect(record.claimMs).toBeLessThanOrEqual(record.decisionMs);
  const failed = await recordOf(github, signed, {
    store: { ...slow, claim: () => new Promise(() => {}) },
    storeTimeoutMs: 30,
  });
  expect(failed).toMatchObject({ code: "store_unavailable" });
  expect(failed.claimMs).toBeGreaterThan(25);
  expect(await recordOf(github, signed, { store: false })).not.toHaveProperty("claimMs");
});
