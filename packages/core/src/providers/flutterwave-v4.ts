import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Flutterwave, version 4 of its API.
 *
 * `flutterwave-signature` is HMAC-SHA256 of the body in base64.
 *
 * - Secret: the secret hash in the dashboard's settings.
 * - Time: `timestamp` in the body, the event's own.
 * - Dedup: `content`. Whether `webhook_id` is the event's or the endpoint's is not documented.
 * - Ask Flutterwave's API for the charge before you give value for it, as it documents.
 *
 * @see https://developer.flutterwave.com/docs/webhooks
 */
export const flutterwaveV4: Provider = preset(
  {
    name: "flutterwave-v4",
    docs: "https://developer.flutterwave.com/docs/webhooks",
    signature: { header: "flutterwave-signature", encoding: "base64" },
    timestamp: { body: "/timestamp", unit: "milliseconds", of: "event" },
    type: { body: "/type" },
    dedup: "content",
  },
  time,
);
