import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/** The default body of a push request of Pub/Sub. With "payload unwrapping" the body is the message's data alone. */
export interface PubSubPush {
  readonly message: {
    /** In base64. */
    readonly data?: string;
    readonly attributes?: Readonly<Record<string, string>>;
    readonly messageId: string;
    readonly publishTime: string;
    readonly orderingKey?: string;
  };
  readonly subscription: string;
  readonly deliveryAttempt?: number;
}

/** Of which subscription the pushes are. */
export interface GooglePubSubOptions {
  /** The audience of the subscription; unless set there, the URL of the endpoint. */
  readonly audience: string | readonly string[];
  /** The e-mail address of the subscription's service account. */
  readonly email: string | readonly string[];
}

/**
 * Google Cloud Pub/Sub, authenticated push.
 *
 * `Authorization: Bearer` carries a JWT of Google under RS256 for audience and service account. It covers nothing of the body: whoever sees a
 * token can send anything for the hour that it is valid.
 *
 * - Secret: `jwksKeys(provider)`. Google signs tokens for everybody; audience and e-mail are what make them yours.
 * - Time: `exp`. Google may use one token for all pushes of up to an hour.
 * - Dedup: `unsigned-id`, the `messageId`.
 * - Retries: until acknowledged, for as long as the subscription keeps messages, 7 days unless set.
 * - The endpoint has the subscription's acknowledgement deadline, 10 seconds unless set.
 *
 * @see https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 */
export function googlePubSub({
  audience,
  email,
}: GooglePubSubOptions): Provider<Record<string, PubSubPush>> {
  return jwtProvider<Record<string, PubSubPush>>({
    name: "google-pub-sub",
    docs: "https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions",
    token: { header: "Authorization", scheme: "Bearer" },
    algorithms: ["RS256"],
    proves: "sender",
    jwks: "https://www.googleapis.com/oauth2/v3/certs",
    issuer: ["https://accounts.google.com", "accounts.google.com"],
    audience,
    claims: { email: [email].flat(), email_verified: true },
    requiredClaims: ["exp"],
    id: { body: "/message/messageId", unsigned: true },
    timestamp: { body: "/message/publishTime", unit: "iso8601", of: "event", unsigned: true },
    dedup: "unsigned-id",
    delivery: { deadlineSeconds: 10, retrySpanSeconds: 604_800 },
  });
}
