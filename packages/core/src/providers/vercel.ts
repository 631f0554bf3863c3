import { otherHmac } from "../grammar/other-hmac.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Vercel webhooks.
 *
 * `x-vercel-signature` is HMAC-SHA1 of the body in hex.
 *
 * - Secret: the webhook's own, shown once when it is created; for an integration its client secret.
 * - Time: none is signed but `createdAt` in the body, the event's own.
 * - Dedup: `content`. The `id` in the body is of the delivery.
 * - Retries: for up to 24 hours.
 *
 * @see https://vercel.com/docs/webhooks/webhooks-api
 */
export const vercel: Provider = preset(
  {
    name: "vercel",
    docs: "https://vercel.com/docs/webhooks/webhooks-api",
    signature: { header: "x-vercel-signature", algorithm: "sha1", encoding: "hex" },
    timestamp: { body: "/createdAt", unit: "milliseconds", of: "event" },
    id: { body: "/id" },
    type: { body: "/type" },
    dedup: "content",
    delivery: { retrySpanSeconds: 86_400 },
  },
  time,
  otherHmac,
);
