import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Calendly.
 *
 * `Calendly-Webhook-Signature` is `t=<seconds>,v1=<hex>` over `{t}.{body}`.
 *
 * - Secret: the `signing_key` of the webhook subscription. Send one of your own when you create it; Calendly need not show it again.
 * - Time: `t` is signed. Calendly's example allows three minutes.
 * - Dedup: `content`. There is no id of the event; bodies carry `created_at` and the URI of the invitee.
 * - Retries: for 24 hours, then the subscription is disabled. The endpoint has 15 seconds.
 *
 * @see https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures
 */
export const calendly: Provider = preset(
  {
    name: "calendly",
    docs: "https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures",
    signature: {
      header: "Calendly-Webhook-Signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "v1" },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "t", unit: "seconds", of: "attempt", toleranceSeconds: 180 },
    type: { body: "/event" },
    dedup: "content",
    delivery: { deadlineSeconds: 15, retrySpanSeconds: 86_400 },
  },
  pairs,
  template,
  time,
);
