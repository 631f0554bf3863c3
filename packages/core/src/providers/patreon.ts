import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Patreon webhooks.
 *
 * `X-Patreon-Signature` is HMAC-MD5 of the body in hex. WebCrypto has no MD5: receive them in Node, Bun or Deno.
 *
 * - Secret: the webhook's own, on its page.
 * - Type: the header `X-Patreon-Event`, which the signature does not cover.
 * - Dedup: `content`.
 * - Retries: seven, over about 25 days. Events that failed meanwhile come together with the next attempt.
 *
 * @see https://docs.patreon.com/#webhooks
 */
export const patreon: Provider = preset(
  {
    name: "patreon",
    docs: "https://docs.patreon.com/#webhooks",
    signature: { header: "X-Patreon-Signature", algorithm: "md5", encoding: "hex" },
    type: { header: "X-Patreon-Event", unsigned: true },
    dedup: "content",
    delivery: { retrySpanSeconds: 2_174_400 },
  },
  otherHmac,
);
