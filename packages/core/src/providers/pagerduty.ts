import { defineProvider, type Provider } from "../provider.ts";

/**
 * PagerDuty webhooks, version 3.
 *
 * `X-PagerDuty-Signature` is a list parted by commas, each `v1=` and hex, over the body as sent; several while a secret is rotated. Other versions are
 * passed over.
 *
 * - Secret: shown once when the subscription is created. It looks like base64 and is used as the text that it is.
 * - Time: none of the attempt is signed. `event.occurred_at` in the body is the event's own.
 * - Dedup: `id`. `event.id` stands in the signed body and is unique to the event. The header `X-Webhook-Id` names the subscription; it is no id of an
 *   event. Two subscriptions that send one event to one URL count as one delivery: give each a URL or an `endpoint` of its own.
 * - Retries: a few, with growing pauses; neither span nor deadline is documented in a form to rely on.
 *
 * @see https://developer.pagerduty.com/docs/verifying-webhook-signatures
 */
export const pagerduty: Provider = defineProvider({
  name: "pagerduty",
  docs: "https://developer.pagerduty.com/docs/verifying-webhook-signatures",
  signature: { header: "X-PagerDuty-Signature", list: ",", prefix: "v1=", encoding: "hex" },
  timestamp: { body: "/event/occurred_at", unit: "iso8601", of: "event" },
  id: { body: "/event/id" },
  type: { body: "/event/event_type" },
  dedup: "id",
});
