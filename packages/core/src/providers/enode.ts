import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Enode.
 *
 * `X-Enode-Signature` is HMAC-SHA1 of the body in hex, behind `sha1=`.
 *
 * - Secret: the text that you gave when you created the webhook.
 * - Bodies are lists of up to 100 events.
 * - Unsigned: `X-Enode-Delivery`.
 * - Dedup: `content`.
 *
 * @see https://developers.enode.com/docs/webhooks
 */
export const enode: Provider = preset(
  {
    name: "enode",
    docs: "https://developers.enode.com/docs/webhooks",
    signature: {
      header: "X-Enode-Signature",
      algorithm: "sha1",
      encoding: "hex",
      prefix: "sha1=",
    },
    id: { header: "X-Enode-Delivery", unsigned: true },
    dedup: "content",
  },
  otherHmac,
);
