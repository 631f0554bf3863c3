import {
  createReceiver,
  defineProvider,
  eventFrom,
  eventToJson,
  sign,
  type SignMessage,
  verify,
  type WebhookEvent,
} from "@countersign/core";
import { expect, test } from "vitest";

const secret = "a secret of the tests";
const signature = { header: "X-Signature", encoding: "hex", content: "{body}" } as const;
const provider = defineProvider({
  name: "acme",
  signature,
  id: { body: "/id" },
  type: { header: "X-Type", unsigned: true },
  timestamp: { body: "/at", unit: "iso8601", of: "event" },
  dedup: "id",
});

function travelled(event: WebhookEvent): WebhookEvent {
  return eventFrom(JSON.parse(JSON.stringify(eventToJson(event))));
}

/** The fields of an event, its key computed. */
function fieldsOf(event: WebhookEvent): unknown {
  return { ...event, rawBody: [...event.rawBody], key: event.key };
}

async function receive(message: SignMessage): Promise<WebhookEvent> {
  const receiver = createReceiver({
    provider,
    secret: () => ({ tenant: "blue", secrets: [{ secret, id: "spring" }] }),
  });
  const receipt = await receiver.receive(await sign(message, { provider, secret }));
  if (receipt.status !== "accepted") throw new Error(receipt.status);
  return receipt.event;
}

test("an event travels as JSON with its time, key, tenant, secret and what is unsigned", async () => {
  const body = '{ "id": "ü1",  "at": "2026-03-01T10:00:00.123Z", "__proto__": {"a": [null, 1.5]} }';
  const event = await receive({ body, type: "paid" });
  expect(event).toMatchObject({ id: "ü1", type: "paid", tenant: "blue", secretId: "spring" });
  expect(event.unsigned).toEqual(["type"]);

  const copy = travelled(event);
  expect(fieldsOf(copy)).toEqual(fieldsOf(event));
  expect(copy.timestamp).toEqual(new Date("2026-03-01T10:00:00.123Z"));
  expect(new TextDecoder().decode(copy.rawBody)).toBe(body);
  expect(copy.key).toBeTypeOf("string");
  expect(fieldsOf(travelled(copy))).toEqual(fieldsOf(event));
});

test("every byte of a body of bytes travels, also an empty one", async () => {
  const binary = defineProvider({
    name: "binary",
    signature,
    dedup: "none",
    body: { format: "bytes" },
  });
  for (const length of [0, 1, 2, 256]) {
    const body = Uint8Array.from({ length }, (_, index) => index);
    const event = await verify(await sign({ body }, { provider: binary, secret }), {
      provider: binary,
      secret,
    });
    const copy = travelled(event);
    expect([length, copy.body, copy.rawBody]).toEqual([length, body, body]);
    expect(copy.key).toBeUndefined();
  }
});

test.each([
  ["text in place of parsed JSON", "{}", "provider"],
  ["null", null, "provider"],
  ["no bytes", { provider: "acme", unsigned: [] }, "rawBodyBase64"],
  ["junk for bytes", { provider: "acme", unsigned: [], rawBodyBase64: "?" }, "rawBodyBase64"],
  ["an unknown fact", { provider: "acme", unsigned: ["all"], rawBodyBase64: "" }, "unsigned"],
  ["no time", { provider: "acme", unsigned: [], rawBodyBase64: "", timestamp: "x" }, "timestamp"],
  ["a number as id", { provider: "acme", unsigned: [], rawBodyBase64: "", id: 1 }, "id"],
])("eventFrom() refuses %s and names the field", (_, json, field) => {
  expect(() => eventFrom(json)).toThrow(new RegExp(`field ${field} is`));
});
