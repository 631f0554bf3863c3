import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The resource that the topic is about. */
export type ShopifyBody = Readonly<Record<string, unknown>>;

/** By topic, such as `orders/create`. */
export interface ShopifyEvents {
  [topic: string]: ShopifyBody;
}

/**
 * Shopify.
 *
 * `X-Shopify-Hmac-Sha256` is base64 over the body as sent.
 *
 * - Secret: the app's client secret; for webhooks made in a shop's admin, the one shown under the list of webhooks. As text.
 * - Nothing but the body is signed. `event.id` (`X-Shopify-Event-Id`), `event.type` (`X-Shopify-Topic`) and `event.timestamp`
 *   (`X-Shopify-Triggered-At`) are good for logs and routing; whoever has one signed delivery can send it again under another
 *   topic. Give each topic its own path where that matters.
 * - Dedup: `none`. The body is the resource alone: `orders/create`, `orders/paid` and `orders/updated` of one moment are the
 *   same bytes, and a digest would lose all but one. So retries are not recognised; make handlers idempotent, by the resource's
 *   `id` and `updated_at` or, where a replay does no harm, by `event.id`. With one topic an endpoint
 *   `defineProvider({ ...shopify, dedup: "content" })` is right.
 * - Retries: 8 over 4 hours, then the subscription may be removed. The endpoint has 5 seconds.
 *
 * @see https://shopify.dev/docs/apps/build/webhooks/subscribe/https
 */
export const shopify: Provider<ShopifyEvents> = preset<ShopifyEvents>(
  {
    name: "shopify",
    docs: "https://shopify.dev/docs/apps/build/webhooks/subscribe/https",
    signature: { header: "X-Shopify-Hmac-Sha256", encoding: "base64" },
    timestamp: {
      header: "X-Shopify-Triggered-At",
      unit: "iso8601",
      of: "event",
      unsigned: true,
    },
    id: { header: "X-Shopify-Event-Id", unsigned: true },
    type: { header: "X-Shopify-Topic", unsigned: true },
    dedup: "none",
    delivery: {
      deadlineSeconds: 5,
      retrySpanSeconds: 14_400,
      disablesEndpoint: true,
      idHeader: "X-Shopify-Webhook-Id",
    },
  },
  isoTime,
);
