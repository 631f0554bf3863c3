import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/**
 * Vonage (Nexmo), signed webhooks of Voice, Messages, Dispatch and Verify.
 *
 * `Authorization: Bearer` carries a JWT under HS256; its claim `payload_hash` is the SHA-256 of the body, in hex.
 *
 * - Secret: the account's signature secret (not the API secret).
 * - Accounts: compare `event.body` with what you know; `api_key` and `application_id` of the token name them.
 * - Time: `iat` is signed. Whether a retry renews it is not documented, so that it expires nothing unless `toleranceSeconds` is given.
 * - Webhooks by GET sign no body, and are refused: set the method to POST.
 * - Dedup: `content`.
 *
 * @see https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
 */
export const vonage: Provider = jwtProvider({
  name: "vonage",
  docs: "https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks",
  token: { header: "Authorization", scheme: "Bearer" },
  algorithms: ["HS256"],
  proves: { bodySha256: "payload_hash", encoding: "hex" },
  timestamp: { part: "iat", unit: "seconds", of: "event" },
  dedup: "content",
});
