import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Help Scout webhooks.
 *
 * `X-HelpScout-Signature` is HMAC-SHA1 of the body in base64.
 *
 * - Secret: the one that was given when the webhook was created.
 * - Type: the header `X-HelpScout-Event`, which the signature does not cover.
 * - Dedup: `content`. The body is the conversation or customer as it is then, with the time of its last change.
 *
 * @see https://developer.helpscout.com/webhooks/
 */
export const helpScout: Provider = preset(
  {
    name: "help-scout",
    docs: "https://developer.helpscout.com/webhooks/",
    signature: { header: "X-HelpScout-Signature", algorithm: "sha1", encoding: "base64" },
    type: { header: "X-HelpScout-Event", unsigned: true },
    dedup: "content",
  },
  otherHmac,
);
