/** The test helpers in Node's own test runner; run by other-runners.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createReceiver } from "@countersign/core";
import { github } from "@countersign/core/providers";
import { createSender } from "@countersign/sender";
import { signedRequest, startReceiver } from "@countersign/sender/testing";

const secret = "a secret of some length, as text";

void test("a test receiver and a sender", async () => {
  const receiver = await startReceiver({ provider: github, secret });
  const sender = createSender({ allowPrivateAddresses: true, retry: { delaysSeconds: [0] } });
  receiver.fail();
  const record = await sender.send({ url: receiver.url, provider: github, secret, body: {} });
  assert.equal(record.outcome, "delivered");
  assert.equal(record.attempts.length, 2);
  await receiver.close();
  await sender.close();
});

void test("signed requests", async () => {
  const receiver = createReceiver({ provider: github, secret });
  const forged = await signedRequest({ provider: github, secret, body: { a: 1 }, tamper: "body" });
  assert.equal((await receiver.handle(forged.toRequest(), () => {})).status, 401);
});
