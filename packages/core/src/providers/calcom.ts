import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Cal.com.
 *
 * `X-Cal-Signature-256` is hex over the body as sent.
 *
 * - Secret: the text that you set on the webhook. Without one Cal.com sends the words `no-secret-provided`, which are refused.
 * - Time: `createdAt` in the signed body is when the webhook was triggered.
 * - Dedup: `content`. There is no id of the event; bodies carry `createdAt`. A custom payload template may leave it out: two bookings with the same
 *   body would then count as one, so keep something unique in it, or use `defineProvider({ ...calcom, dedup: "none" })`.
 * - A custom template that is no JSON is sent as `application/x-www-form-urlencoded`. To read it as a form:
 *   `defineProvider({ ...calcom, body: { format: "form" } })`, or `"text"`, where it is none.
 * - Retries and deadline are not documented.
 *
 * @see https://cal.com/docs/core-features/webhooks
 */
export const calcom: Provider = preset(
  {
    name: "calcom",
    docs: "https://cal.com/docs/core-features/webhooks",
    signature: { header: "X-Cal-Signature-256", encoding: "hex" },
    timestamp: { body: "/createdAt", unit: "iso8601", of: "event" },
    type: { body: "/triggerEvent" },
    dedup: "content",
  },
  isoTime,
);
