import { defineProvider } from "@countersign/core";
import { createSender } from "@countersign/sender";
import { signedRequest, startReceiver, type TestReceiver } from "@countersign/sender/testing";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";

/** The article's first scheme: the body alone, in the header that GitHub made known; events are known again by the body's id. */
const bodySigned = defineProvider<{ "user.register": { id: string; user: { id: string } } }>({
  name: "article",
  signature: { header: "X-Hub-Signature-256", encoding: "hex", prefix: "sha256=" },
  id: { body: "/id" },
  type: { body: "/event" },
  dedup: "id",
});

/** Its second, against replay: the time is signed, and five minutes old at the most. */
const timeSigned = defineProvider<{ "user.register": { id: string; user: { id: string } } }>({
  name: "article-timed",
  signature: { header: "X-Signature", encoding: "hex", content: "{timestamp}.{body}" },
  timestamp: { header: "X-Timestamp", unit: "seconds", of: "attempt", toleranceSeconds: 300 },
  id: { body: "/id" },
  type: { body: "/event" },
  dedup: "id",
});

const secret = "YOUR_SECRET of some length";
const body = {
  id: "evt_1",
  event: "user.register",
  timestamp: "2021-01-29T12:00:00Z",
  user: { id: "123456", name: "John Doe", email: "john.doe@example.com" },
};
const sender = createSender({ allowPrivateAddresses: true, retry: { delaysSeconds: [0, 0] } });
afterAll(() => sender.close());

describe.each([bodySigned, timeSigned])("the article's webhooks, as $name", (provider) => {
  let receiver: TestReceiver<{ type?: string | undefined; id?: string | undefined }>;
  beforeEach(async () => {
    receiver = await startReceiver({ provider, secret });
  });
  afterEach(() => receiver.close());

  test("arrive", async () => {
    const record = await sender.send({ url: receiver.url, provider, secret, body });
    expect(record.outcome).toBe("delivered");
    expect(receiver.events).toMatchObject([{ id: "evt_1", type: "user.register" }]);
  });

  test("are handled once, by the id in the body", async () => {
    for (const note of ["first", "second"]) {
      // oxlint-disable-next-line no-await-in-loop
      await sender.send({ url: receiver.url, provider, secret, body: { ...body, note } });
    }
    await sender.send({ url: receiver.url, provider, secret, body: { ...body, id: "evt_2" } });
    expect(receiver.events.map(({ id }) => id)).toEqual(["evt_1", "evt_2"]);
  });

  test("are tried again after a 500, and then handled", async () => {
    receiver.fail({ times: 2 });
    const record = await sender.send({ url: receiver.url, provider, secret, body });
    expect(record.attempts.map(({ status }) => status)).toEqual([500, 500, 200]);
    // The article's metrics.
    expect(record.totals).toEqual({
      attempts: 3,
      successful: 1,
      failed: 2,
      lastAttempt: record.attempts[2]?.at,
    });
    expect(receiver.events).toHaveLength(1);
  });

  test("are refused when the payload or the signature was changed", async () => {
    for (const tamper of ["body", "signature"] as const) {
      // oxlint-disable-next-line no-await-in-loop
      const request = await signedRequest({ provider, secret, url: receiver.url, body, tamper });
      // oxlint-disable-next-line no-await-in-loop
      expect((await fetch(request.toRequest())).status).toBe(401);
    }
    expect(receiver.events).toEqual([]);
  });
});

describe("the article's replay window", () => {
  test.each([
    [0, "accepted"],
    [295, "accepted"],
    [305, "timestamp_expired"],
    [-305, "timestamp_future"],
  ])("a delivery that is %d s old: %s", async (ageSeconds, expected) => {
    const receiver = await startReceiver({ provider: timeSigned, secret });
    const request = await signedRequest({
      provider: timeSigned,
      secret,
      url: receiver.url,
      body,
      ageSeconds,
    });
    await fetch(request.toRequest());
    expect(receiver.receipts.map(({ code, outcome }) => code ?? outcome)).toEqual([expected]);
    await receiver.close();
  });

  test("can't be renewed, since the time is signed", async () => {
    const receiver = await startReceiver({ provider: timeSigned, secret });
    const request = await signedRequest({
      provider: timeSigned,
      secret,
      url: receiver.url,
      body,
      ageSeconds: 1000,
    });
    const headers = { ...request.headers, "x-timestamp": String(Math.floor(Date.now() / 1000)) };
    await fetch(receiver.url, { method: "POST", headers, body: request.body.slice() });
    expect(receiver.receipts.map(({ code }) => code)).toEqual(["signature_mismatch"]);
    await receiver.close();
  });
});
