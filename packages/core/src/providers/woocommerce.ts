import { preset, type Provider } from "../scheme/provider.ts";

/**
 * WooCommerce.
 *
 * `X-WC-Webhook-Signature` is base64 over the body as sent.
 *
 * - Secret: the text of the webhook's field "Secret".
 * - `event.id` (`X-WC-Webhook-Delivery-ID`) and `event.type` (`X-WC-Webhook-Topic`) are headers that the signature does not cover.
 * - Time: none is signed, and nothing guards against replay.
 * - Dedup: `none`. The body is the resource alone, and the topic is not signed: an order that is created is often updated at once,
 *   with the same body, and a deletion is `{"id": …}` each time.
 * - Saving an active webhook sends a ping, a form with `webhook_id` and no signature. It gets 401, which WooCommerce
 *   shows as an error of the delivery URL.
 * - Retries: none. After more than five failures in a row the webhook is disabled. The endpoint has 60 seconds.
 *
 * @see https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks
 */
export const woocommerce: Provider = preset({
  name: "woocommerce",
  docs: "https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks",
  signature: { header: "X-WC-Webhook-Signature", encoding: "base64" },
  id: { header: "X-WC-Webhook-Delivery-ID", unsigned: true },
  type: { header: "X-WC-Webhook-Topic", unsigned: true },
  dedup: "none",
  delivery: { deadlineSeconds: 60, retrySpanSeconds: 0, disablesEndpoint: true },
});
