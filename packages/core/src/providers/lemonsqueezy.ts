import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Lemon Squeezy.
 *
 * `X-Signature` is hex over the body as sent.
 *
 * - Secret: the signing secret of 6 to 40 characters that you set on the webhook.
 * - Time: none is signed. Dedup is what stops replays, for as long as records are kept.
 * - Dedup: `content`. `meta.webhook_id` stands in the signed body, but the documentation does not say whether it names the webhook, the
 *   event or the delivery. Bodies carry the whole object with `updated_at`.
 * - Retries: three, about 5, 25 and 125 seconds apart. Only 200 counts as success.
 *
 * @see https://docs.lemonsqueezy.com/help/webhooks/signing-requests
 */
export const lemonsqueezy: Provider = preset({
  name: "lemonsqueezy",
  docs: "https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
  signature: { header: "X-Signature", encoding: "hex" },
  id: { body: "/meta/webhook_id" },
  type: { body: "/meta/event_name" },
  dedup: "content",
  delivery: { retrySpanSeconds: 155, successStatuses: [200] },
});
