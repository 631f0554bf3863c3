import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Cloudflare Stream.
 *
 * `Webhook-Signature` is `time=<seconds>,sig1=<hex>` over `{time}.{body}`.
 *
 * - Secret: returned by the API when you set the webhook. It looks like hex and is used as the text that it is.
 * - Time: `time` is signed. Cloudflare leaves the tolerance to you; 300 s are allowed.
 * - Dedup: `content`. The body is the video with its state and `modified`; there is no id of the event.
 * - Type: the video's state, `ready` or `error`.
 * - Retries and deadline are not documented.
 *
 * @see https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/
 */
export const cloudflareStream: Provider = preset(
  {
    name: "cloudflare-stream",
    docs: "https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/",
    signature: {
      header: "Webhook-Signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "sig1" },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "time", unit: "seconds", of: "attempt" },
    type: { body: "/status/state" },
    dedup: "content",
  },
  pairs,
  template,
  time,
);
