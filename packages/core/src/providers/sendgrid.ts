import { publicKey } from "../grammar/public-key.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Twilio SendGrid, the signed Event Webhook.
 *
 * `X-Twilio-Email-Event-Webhook-Signature` is an ECDSA signature on P-256, as DER in base64, of timestamp and body with nothing between them.
 *
 * - Secret: the verification key of the webhook's settings, in base64.
 * - Time: the timestamp is signed. SendGrid names no tolerance, and not whether a retry renews it, so that it expires nothing unless `toleranceSeconds` is given.
 * - Bodies are lists of events, each with an `sg_event_id`.
 * - Dedup: `content`.
 * - Retries: for 24 hours.
 *
 * @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export const sendgrid: Provider = preset(
  {
    name: "sendgrid",
    docs: "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
    signature: {
      header: "X-Twilio-Email-Event-Webhook-Signature",
      algorithm: "ecdsa-p256-sha256",
      encoding: "base64",
      content: "{timestamp}{body}",
    },
    timestamp: {
      header: "X-Twilio-Email-Event-Webhook-Timestamp",
      unit: "seconds",
      of: "event",
    },
    dedup: "content",
    delivery: { retrySpanSeconds: 86_400 },
  },
  template,
  time,
  publicKey,
);
