import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Webex messaging and meetings.
 *
 * `X-Spark-Signature` is HMAC-SHA1 of the body in hex.
 *
 * - Secret: the one that was given when the webhook was created; without one Webex signs nothing.
 * - Type: none in one place. `event.body.resource` and `event.body.event` say together what happened.
 * - Dedup: `none`. `id` in the body is the webhook's, and two changes of one thing have the same body.
 *
 * @see https://developer.webex.com/docs/api/guides/webhooks
 */
export const webex: Provider = preset(
  {
    name: "webex",
    docs: "https://developer.webex.com/docs/api/guides/webhooks",
    signature: { header: "X-Spark-Signature", algorithm: "sha1", encoding: "hex" },
    dedup: "none",
  },
  otherHmac,
);
