import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createSign } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReceiver } from "@countersign/core";
import { awsSnsKeys } from "@countersign/core/keys";
import { awsSns, type SnsMessage } from "@countersign/core/providers";
import { describe, expect, test } from "vitest";

const CERTIFICATE = `https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-${"0a".repeat(16)}.pem`;
const DAY = 86_400_000;

const { certificate, key } = selfSigned();
const another = selfSigned();
// After both are made, as neither is valid before.
const NOW = Date.now();

/** A certificate of RSA as SNS has one, for 30 days from now. */
function selfSigned(): { readonly certificate: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), "sns-"));
  try {
    execFileSync(
      "openssl",
      [
        ..."req -x509 -newkey rsa:2048 -noenc -days 30 -keyout key.pem -out certificate.pem".split(
          " ",
        ),
        "-subj",
        "/CN=sns.amazonaws.com",
      ],
      { cwd: folder, stdio: "pipe" },
    );
    const read = (file: string): string => readFileSync(join(folder, file), "utf8");
    return { certificate: read("certificate.pem"), key: read("key.pem") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines that AWS's documentation says are signed, with the fields in the order of the alphabet. */
function messageOf(fields: Partial<SnsMessage> = {}): SnsMessage {
  const message = {
    Type: "Notification",
    MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    TopicArn: "arn:aws:sns:eu-central-1:123456789012:orders",
    Message: "Straße 1\nshipped",
    Timestamp: new Date(NOW).toISOString(),
    SignatureVersion: "2",
    SigningCertURL: CERTIFICATE,
    UnsubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
    ...fields,
  };
  const signed =
    message.Type === "Notification"
      ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
      : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const lines = signed.flatMap((name) => {
    const value = message[name as keyof typeof message];
    return value === undefined ? [] : [`${name}\n${value}\n`];
  });
  const Signature = createSign("sha256").update(lines.join("")).sign(key, "base64");
  return { ...message, Signature } as SnsMessage;
}

async function statusOf(message: SnsMessage, atMs = NOW, served = certificate): Promise<number> {
  const secret = awsSnsKeys({ fetch: async () => new Response(served), now: () => atMs });
  const receiver = createReceiver({
    provider: awsSns,
    secret,
    now: () => NOW,
    onWarning: () => {},
  });
  const request = new Request("https://example.com/", {
    method: "POST",
    headers: { "content-type": "text/plain; charset=UTF-8" },
    body: JSON.stringify(message),
  });
  return (await receiver.handle(request, () => new Response())).status;
}

describe("A message of SNS that the key of its certificate signed", () => {
  test.each<[string, Partial<SnsMessage>]>([
    ["a notification", {}],
    ["a notification with a subject", { Subject: "Order 7" }],
    [
      "a confirmation of a subscription",
      {
        Type: "SubscriptionConfirmation",
        Token: "2336412f37",
        SubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription",
      },
    ],
  ])("%s verifies", async (_, fields) => {
    expect(await statusOf(messageOf(fields))).toBe(200);
  });

  test.each<[string, Partial<SnsMessage>]>([
    ["another message", { Message: "Straße 1\ncancelled" }],
    ["another topic", { TopicArn: "arn:aws:sns:eu-central-1:999999999999:orders" }],
    ["another id", { MessageId: "00000000-fdea-4c2c-8f9d-bdfb0c7bf324" }],
    ["a subject that was not signed", { Subject: "Order 7" }],
    [
      "another type",
      { Type: "UnsubscribeConfirmation", Token: "t", SubscribeURL: "https://x.example/" },
    ],
    ["a line of another field in its id", { MessageId: "1\nSubject\nx" }],
  ])("with %s is 401", async (_, changed) => {
    expect(await statusOf({ ...messageOf(), ...changed })).toBe(401);
  });

  test("with a signature cut or made longer is 401", async () => {
    const message = messageOf();
    const bytes = Buffer.from(message.Signature, "base64");
    for (const other of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)])]) {
      // oxlint-disable-next-line no-await-in-loop -- a few
      expect(await statusOf({ ...message, Signature: other.toString("base64") })).toBe(401);
    }
  });

  test.each([
    ["before its certificate is valid", NOW - DAY],
    ["after its certificate has expired", NOW + 31 * DAY],
  ])("%s is 503: it is not known whether it is good", async (_, atMs) => {
    expect(await statusOf(messageOf(), atMs)).toBe(503);
  });

  test("is 401 under the certificate of another key", async () => {
    expect(await statusOf(messageOf(), NOW, another.certificate)).toBe(401);
  });

  test("is 503 where what is served is a certificate cut short", async () => {
    const lines = certificate.trim().split("\n");
    const cut = [...lines.slice(0, 5), lines.at(-1)].join("\n");
    expect(await statusOf(messageOf(), NOW, cut)).toBe(503);
  });
});
