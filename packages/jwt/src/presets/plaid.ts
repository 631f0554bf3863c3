import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/**
 * Plaid.
 *
 * `Plaid-Verification` is a JWT under ES256; its claim `request_body_sha256` is the SHA-256 of the body, in hex.
 *
 * - Secret: `plaidKeys({ clientId, secret })`, which asks Plaid's API for the key that a token names.
 * - Time: `iat` may be 5 minutes old, as Plaid's documentation says.
 * - Types: `webhook_code`, such as `SYNC_UPDATES_AVAILABLE`; the product is `event.body.webhook_type`.
 * - Dedup: `content`. Plaid sends no id of the event.
 * - Retries: for 24 hours, first after 30 seconds, then each time four times as long.
 * - The endpoint has 10 seconds.
 *
 * @see https://plaid.com/docs/api/webhooks/webhook-verification/
 */
export const plaid: Provider = jwtProvider({
  name: "plaid",
  docs: "https://plaid.com/docs/api/webhooks/webhook-verification/",
  token: { header: "Plaid-Verification" },
  algorithms: ["ES256"],
  proves: { bodySha256: "request_body_sha256", encoding: "hex" },
  timestamp: { part: "iat", unit: "seconds", of: "attempt", toleranceSeconds: 300 },
  type: { body: "/webhook_code" },
  dedup: "content",
  delivery: { deadlineSeconds: 10, retrySpanSeconds: 86_400 },
});
