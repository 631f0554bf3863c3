import type { Provider } from "@countersign/core";
import { jwtProvider } from "../jwt-provider.ts";

/**
 * Netlify deploy notifications.
 *
 * `X-Webhook-Signature` is a JWT under HS256 of the issuer `netlify`; its claim `sha256` is the SHA-256 of the body, in hex.
 *
 * - Secret: the "JWS secret token" of the notification. Without one Netlify signs nothing.
 * - Time: none is signed; what stops replays is dedup.
 * - Types: `event.body.state`, such as `ready`.
 * - Dedup: `content`.
 *
 * @see https://docs.netlify.com/deploy/deploy-notifications/#payload-signature
 */
export const netlify: Provider = jwtProvider({
  name: "netlify",
  docs: "https://docs.netlify.com/deploy/deploy-notifications/#payload-signature",
  token: { header: "X-Webhook-Signature" },
  algorithms: ["HS256"],
  proves: { bodySha256: "sha256", encoding: "hex" },
  issuer: "netlify",
  type: { body: "/state" },
  dedup: "content",
});
