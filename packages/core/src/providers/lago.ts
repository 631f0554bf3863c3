import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Lago, with the signature algorithm `hmac`. (An endpoint made without a choice uses `jwt`, which is RSA: choose HMAC for the endpoint.)
 *
 * `X-Lago-Signature` is base64 over the body as sent.
 *
 * - Secret: the HMAC signature token under Developers, Webhooks, as Lago's guide says; the API reference's example takes the API key.
 * - `event.id` (`X-Lago-Unique-Key`) is Lago's idempotency key, but a header that the signature does not cover.
 * - Time: none is signed, and nothing guards against replay.
 * - Dedup: `none`. There is no signed id, and bodies of failures (`customer.payment_provider_error`, `invoice.payment_failure`) hold no time: a payment that fails
 *   twice for the same reason has the same body twice. Where you take no such events: `defineProvider({ ...lago, dedup: "content" })`.
 * - Retries: three attempts in all, within about a minute and a half, by its source. The endpoint has 30 seconds; whoever hosts Lago may have set
 *   `LAGO_WEBHOOK_ATTEMPTS` and `LAGO_WEBHOOK_TIMEOUT_SECONDS` otherwise.
 *
 * @see https://docs.getlago.com/api-reference/webhooks/format---signature
 */
export const lago: Provider = preset({
  name: "lago",
  docs: "https://docs.getlago.com/api-reference/webhooks/format---signature",
  signature: { header: "X-Lago-Signature", encoding: "base64" },
  id: { header: "X-Lago-Unique-Key", unsigned: true },
  type: { body: "/webhook_type" },
  dedup: "none",
  delivery: { deadlineSeconds: 30 },
});
