import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Razorpay.
 *
 * `X-Razorpay-Signature` is hex over the body as sent.
 *
 * - Secret: the text that you set on the webhook; not the API key's secret. After a change, retries of older events are still signed with
 *   the old one: keep both for a day.
 * - `event.id` (`x-razorpay-event-id`) is unique to the event, but a header that the signature does not cover.
 * - Time: `created_at` in the signed body is the event's, and the same on a retry.
 * - Dedup: `content`, since the id is not signed. Bodies carry `created_at` and the whole entity.
 * - Retries: for 24 hours, then the webhook is disabled. The endpoint has 5 seconds.
 *
 * @see https://razorpay.com/docs/webhooks/validate-test/
 */
export const razorpay: Provider = preset(
  {
    name: "razorpay",
    docs: "https://razorpay.com/docs/webhooks/validate-test/",
    signature: { header: "X-Razorpay-Signature", encoding: "hex" },
    timestamp: { body: "/created_at", unit: "seconds", of: "event" },
    id: { header: "x-razorpay-event-id", unsigned: true },
    type: { body: "/event" },
    dedup: "content",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 86_400 },
  },
  time,
);
