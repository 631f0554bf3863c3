import { createReceiver, sign } from "@countersign/core";
import { github } from "@countersign/core/providers";
import { expect, test } from "vitest";
import { SECRET } from "../conformance/delivery.ts";
import { collected } from "./collected.ts";

const CARD = "4242 4242 4242 4242";

test("a log record leads to its trace, and tells what to change", async () => {
  const sdk = collected();
  const receiver = createReceiver({ provider: github, secret: SECRET, observe: sdk.observe });
  await receiver.receive({
    headers: { "X-Hub-Signature-256": `sha256=${"0".repeat(64)}` },
    body: "{}",
    remoteAddress: "203.0.113.7",
  });
  const [log] = sdk.logs();
  expect(log).toMatchObject({
    eventName: "countersign.delivery",
    severityNumber: 13,
    severityText: "WARN",
    body: expect.stringMatching(/^github: rejected \(signature_mismatch\): The signature in /),
    attributes: {
      "countersign.code": "signature_mismatch",
      "client.address": "203.0.113.7",
      "messaging.destination.name": "github",
    },
    spanContext: sdk.spans()[0]?.spanContext(),
  });
});

test("neither spans nor logs nor metrics have a body or a secret in them", async () => {
  const sdk = collected({ recordExceptions: false });
  const receiver = createReceiver({
    provider: github,
    secret: SECRET,
    observe: sdk.observe,
    onWarning: () => {},
    schema: {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) =>
          (value as { n: number }).n === 2
            ? { issues: [{ message: `unexpected ${CARD}` }] }
            : { value },
      },
    },
  });
  for (const n of [1, 2, 3]) {
    const { headers, body } = await sign(
      { body: { card: CARD, n } },
      { provider: github, secret: SECRET },
    );
    const init = { method: "POST", headers, body: new Uint8Array(body) };
    await receiver.handle(new Request(`http://localhost/hook?key=${SECRET}`, init), () => {
      if (n === 3) throw new Error(`declined: ${CARD}`);
    });
  }
  const told = JSON.stringify([
    sdk.spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    sdk.logs().map(({ body, attributes, severityText }) => [body, attributes, severityText]),
    await sdk.metrics(),
  ]);
  expect(sdk.logs().map(({ severityText }) => severityText)).toEqual(["INFO", "ERROR", "ERROR"]);
  expect(told).not.toContain("4242");
  expect(told).not.toContain("secret");
  expect(told).toContain("schema_mismatch");
});
