import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Typeform.
 *
 * `Typeform-Signature` is `sha256=` and base64 over the body as sent.
 *
 * - Secret: the text that you set on the webhook.
 * - Time: `form_response.submitted_at` in the signed body is when the form was sent in.
 * - Dedup: `content`. Typeform calls `event_id` the "unique ID for the webhook", which leaves open whether it names the
 *   event. Bodies carry the response's `token`, so that two responses have two bodies.
 * - Retries: every two to three minutes for up to 10 hours on 408, 423, 429 and 503; on other errors fewer. The endpoint has 30 seconds.
 *
 * @see https://www.typeform.com/developers/webhooks/secure-your-webhooks/
 */
export const typeform: Provider = preset(
  {
    name: "typeform",
    docs: "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
    signature: { header: "Typeform-Signature", encoding: "base64", prefix: "sha256=" },
    timestamp: { body: "/form_response/submitted_at", unit: "iso8601", of: "event" },
    id: { body: "/event_id" },
    type: { body: "/event_type" },
    dedup: "content",
    delivery: { deadlineSeconds: 30, retrySpanSeconds: 36_000 },
  },
  isoTime,
);
