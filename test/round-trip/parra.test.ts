import { parra } from "@countersign/core/providers";
import { createSender } from "@countersign/sender";
import { signedRequest, startReceiver } from "@countersign/sender/testing";
import { afterAll, describe, expect, test } from "vitest";

const secret = "the webhook key from the dashboard";
const sender = createSender({
  allowPrivateAddresses: true,
  retry: { delaysSeconds: [0], jitter: 0 },
});
afterAll(() => sender.close());

const KINDS = ["contact", "conversation", "message", "group", "attachment"];
const TYPES = KINDS.flatMap((kind) => [`${kind}.created`, `${kind}.updated`, `${kind}.deleted`]);

const message = (text: string): object => ({
  id: "a056V7R7NmNRjl70",
  type: "message.updated",
  payload: { id: "1", message: text },
});

describe("Parra's webhooks", () => {
  test("deliver all fifteen events", async () => {
    const receiver = await startReceiver({ provider: parra, secret });
    for (const type of TYPES) {
      const body = { id: "a056V7R7NmNRjl70", type, payload: { id: "WAz8eIbvDR60rouK" } };
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const record = await sender.send({ url: receiver.url, provider: parra, secret, body });
      expect(record.outcome).toBe("delivered");
    }
    expect(receiver.events.map(({ type }) => type)).toEqual(TYPES);
    expect(receiver.events[0]).toMatchObject({
      id: "a056V7R7NmNRjl70",
      body: { payload: { id: "WAz8eIbvDR60rouK" } },
    });
    await receiver.close();
  });

  test("with the same id are different events where their bodies differ, and the same where they don't", async () => {
    const receiver = await startReceiver({ provider: parra, secret });
    for (const text of ["Hello", "Hello again", "Hello"]) {
      // oxlint-disable-next-line no-await-in-loop
      await sender.send({ url: receiver.url, provider: parra, secret, body: message(text) });
    }
    expect(receiver.events).toHaveLength(2);
    await receiver.close();
  });

  test("that were tampered with are refused", async () => {
    const receiver = await startReceiver({ provider: parra, secret });
    for (const tamper of ["body", "signature"] as const) {
      // oxlint-disable-next-line no-await-in-loop
      const request = await signedRequest({
        provider: parra,
        secret,
        url: receiver.url,
        body: { id: "1", type: "contact.created", payload: {} },
        tamper,
      });
      // oxlint-disable-next-line no-await-in-loop
      expect((await fetch(request.toRequest())).status).toBe(401);
    }
    expect(receiver.events).toEqual([]);
    await receiver.close();
  });
});
