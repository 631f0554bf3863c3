import { otherHmac } from "../grammar/other-hmac.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Paystack webhooks.
 *
 * `x-paystack-signature` is HMAC-SHA512 of the body in hex.
 *
 * - Secret: the API's secret key, `sk_live_…` or `sk_test_…`.
 * - Dedup: `content`.
 * - Retries: every 3 minutes four times, then every hour for 72 hours.
 *
 * @see https://paystack.com/docs/payments/webhooks/
 */
export const paystack: Provider = preset(
  {
    name: "paystack",
    docs: "https://paystack.com/docs/payments/webhooks/",
    signature: { header: "x-paystack-signature", algorithm: "sha512", encoding: "hex" },
    secret: { encoding: "utf8", isApiKey: true },
    type: { body: "/event" },
    dedup: "content",
    delivery: { retrySpanSeconds: 259_200 },
  },
  secretFormat,
  otherHmac,
);
