import { otherHmac } from "../grammar/other-hmac.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Intercom webhooks.
 *
 * `X-Hub-Signature` is `sha1=` and HMAC-SHA1 of the body in hex.
 *
 * - Secret: the app's client secret.
 * - Time: `created_at` in the body, the event's own.
 * - Dedup: `id`, the notification's. (`delivery_attempts` in the body counts up, so that a retry has other bytes.)
 * - Retries: one, after a minute. The endpoint has 5 seconds.
 *
 * @see https://developers.intercom.com/docs/webhooks/setting-up-webhooks
 */
export const intercom: Provider = preset(
  {
    name: "intercom",
    docs: "https://developers.intercom.com/docs/webhooks/setting-up-webhooks",
    signature: { header: "X-Hub-Signature", algorithm: "sha1", encoding: "hex", prefix: "sha1=" },
    timestamp: { body: "/created_at", unit: "seconds", of: "event" },
    id: { body: "/id" },
    type: { body: "/topic" },
    dedup: "id",
    delivery: {
      deadlineSeconds: 5,
      retrySpanSeconds: 60,
      attempt: { body: "/delivery_attempts", first: 1 },
    },
  },
  time,
  otherHmac,
);
