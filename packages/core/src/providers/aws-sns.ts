import { decodeUtf8 } from "../base/bytes.ts";
import { signedContent } from "../grammar/content-function.ts";
import { publicKey } from "../grammar/public-key.ts";
import { signaturePlace } from "../grammar/signature-place.ts";
import { isoTime } from "../grammar/iso-time.ts";
import type { SignedDelivery } from "../scheme/definition.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** A message of SNS. */
export interface SnsMessage {
  readonly Type: "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SignatureVersion: "2";
  readonly Signature: string;
  readonly SigningCertURL: string;
  readonly Subject?: string | null;
  /** Of confirmations: fetch it to subscribe. */
  readonly SubscribeURL?: string;
  readonly Token?: string;
  readonly [field: string]: unknown;
}

/** The body of every delivery, by its `Type`. */
export interface SnsEvents {
  readonly Notification: SnsMessage;
  readonly SubscriptionConfirmation: SnsMessage;
  readonly UnsubscribeConfirmation: SnsMessage;
}

const OF_NOTIFICATIONS = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const OF_CONFIRMATIONS = [
  "Message",
  "MessageId",
  "SubscribeURL",
  "Timestamp",
  "Token",
  "TopicArn",
  "Type",
];

/**
 * Amazon SNS over HTTP, version 2 of its signatures.
 *
 * `Signature` in the body is RSA with SHA-256, in base64, of names and values of some fields, each on a line. `UnsubscribeURL` and `MessageAttributes` are not signed.
 *
 * - Signature version: topics sign with version 1 (SHA-1) unless their attribute `SignatureVersion` is 2. Set it; version 1 is refused.
 * - Secret: `awsSnsKeys()` of `@countersign/core/keys`, which fetches the certificate that a message names, from hosts of SNS alone.
 * - **Whoever has an AWS account can have SNS sign messages of their own topics.** Compare `event.body.TopicArn` with yours before you act.
 * - A `SubscriptionConfirmation` is an event: fetch its `SubscribeURL` once you know the topic.
 * - Dedup: `id`, the `MessageId`, the same on each retry.
 * - Retries: as the subscription's delivery policy says; 50 over about an hour unless it is set.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export const awsSns: Provider<SnsEvents> = preset<SnsEvents>(
  {
    name: "aws-sns",
    docs: "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
    signature: {
      body: "/Signature",
      algorithm: "rsa-sha256",
      encoding: "base64",
      signedContent: signedFields,
      covers: [
        "/Message",
        "/MessageId",
        "/Subject",
        "/SubscribeURL",
        "/Timestamp",
        "/Token",
        "/TopicArn",
        "/Type",
      ],
    },
    timestamp: { body: "/Timestamp", unit: "iso8601", of: "event" },
    id: { body: "/MessageId" },
    type: { body: "/Type" },
    body: { unsigned: true },
    dedup: "id",
  },
  signedContent,
  publicKey,
  signaturePlace,
  isoTime,
);

function signedFields({ body }: SignedDelivery): string {
  const message = JSON.parse(decodeUtf8(body)) as SnsMessage;
  const isNotification = message.Type === "Notification";
  if (!isNotification && !/^(Subscription|Unsubscribe)Confirmation$/.test(message.Type)) {
    throw new TypeError("not a type of SNS");
  }
  const names = isNotification ? OF_NOTIFICATIONS : OF_CONFIRMATIONS;
  return names
    .flatMap((name) => {
      const value = message[name];
      if (name === "Subject" && (value === undefined || value === null)) return [];
      if (typeof value !== "string") throw new TypeError(`${name} is not text`);
      // With a line end in these, the same lines could be read as other fields. Messages and subjects may have them.
      if (!/^(Message|Subject)$/.test(name) && value.includes("\n"))
        throw new TypeError("a line end");
      return [`${name}\n${value}\n`];
    })
    .join("");
}
