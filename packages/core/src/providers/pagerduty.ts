import { list } from "../grammar/list.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * PagerDuty webhooks, version 3.
 *
 * `X-PagerDuty-Signature` is a list parted by commas, each `v1=` and hex, over the body as sent; several while a secret is rotated. Other versions are
 * passed over.
 *
 * - Secret: shown once when the subscription is created. It looks like base64 and is used as the text that it is.
 * - Time: none of the attempt is signed. `event.occurred_at` in the body is the event's own.
 * - Dedup: `id`. `event.id` stands in the signed body and is unique to the event. PagerDuty's own suggestion, the header `X-Webhook-Id`, is repeated on
 *   each attempt as well, but not signed. Two subscriptions that send one event to one URL count as one delivery: give each a URL or an `endpoint` of its own.
 * - Retries: for up to 48 hours, after a timeout, a 429 or a 5xx. The endpoint has 5 seconds.
 * - Size: nothing above 256 KB is sent.
 *
 * @see https://developer.pagerduty.com/docs/verifying-webhook-signatures
 */
export const pagerduty: Provider = preset(
  {
    name: "pagerduty",
    docs: "https://developer.pagerduty.com/docs/verifying-webhook-signatures",
    signature: { header: "X-PagerDuty-Signature", list: ",", prefix: "v1=", encoding: "hex" },
    timestamp: { body: "/event/occurred_at", unit: "iso8601", of: "event" },
    id: { body: "/event/id" },
    type: { body: "/event/event_type" },
    dedup: "id",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 172_800, maxBodyBytes: 262_144 },
  },
  list,
  isoTime,
);
