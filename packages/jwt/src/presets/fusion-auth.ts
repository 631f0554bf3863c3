import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/** With which kind of key FusionAuth signs. */
export interface FusionAuthOptions {
  /** The URL of your FusionAuth, where the signing key is RSA or EC. Leave it out for an HMAC key. */
  readonly url?: string;
}

/**
 * FusionAuth, signed webhooks.
 *
 * `X-FusionAuth-Signature-JWT` is a JWT; its claim `request_body_sha256` is the SHA-256 of the body, in base64.
 *
 * - Secret: the HMAC key of the webhook; with `url`, `jwksKeys(provider)` or the public key.
 * - Time: none is signed.
 * - Dedup: `id`, of `event.body.event`.
 * - Retries: none by itself; a transaction may fail with the webhook.
 *
 * @see https://fusionauth.io/docs/extend/events-and-webhooks/signing
 */
export function fusionAuth({ url }: FusionAuthOptions = {}): Provider {
  return jwtProvider({
    name: "fusion-auth",
    docs: "https://fusionauth.io/docs/extend/events-and-webhooks/signing",
    token: { header: "X-FusionAuth-Signature-JWT" },
    algorithms:
      url === undefined
        ? ["HS256", "HS384", "HS512"]
        : ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
    proves: { bodySha256: "request_body_sha256", encoding: "base64" },
    ...(url !== undefined && { jwks: new URL("/.well-known/jwks.json", url).href }),
    id: { body: "/event/id" },
    type: { body: "/event/type" },
    timestamp: { body: "/event/createInstant", unit: "milliseconds", of: "event" },
    dedup: "id",
  });
}
