import { secretFormat } from "../grammar/secret-format.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Adyen for Platforms, balance platform and issuing webhooks. (Adyen's payment webhooks sign some fields of each item by another scheme, inside the body.)
 *
 * `HmacSignature` is base64 over the body as sent.
 *
 * - Secret: the HMAC key from the Customer Area, in hex.
 * - Time: `timestamp` in the signed body is the event's.
 * - Dedup: `content`. There is no id of the event; bodies carry `timestamp` and the whole resource.
 * - Retries: three at once, then with growing pauses for up to 30 days, far longer than records are kept by default: set
 *   `retentionSeconds` to 2 592 000 where a late retry would hurt. The endpoint has 10 seconds.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/
 */
export const adyenPlatform: Provider = preset(
  {
    name: "adyen-platform",
    docs: "https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/",
    signature: { header: "HmacSignature", encoding: "base64" },
    secret: { encoding: "hex" },
    timestamp: { body: "/timestamp", unit: "iso8601", of: "event" },
    type: { body: "/type" },
    dedup: "content",
    delivery: { deadlineSeconds: 10, retrySpanSeconds: 2_592_000 },
  },
  secretFormat,
  isoTime,
);
