import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Ghost. (Releases before `t` was put under the signature are not covered: they signed the body alone.)
 *
 * `X-Ghost-Signature` is `sha256=<hex>, t=<milliseconds>` over body and `t`, in this order, with nothing between them.
 *
 * - Secret: the text that you set on the webhook of a custom integration.
 * - Time: `t` is signed. Ghost names no tolerance; 300 s are allowed.
 * - Dedup: `none`. Neither an id nor the event's name is sent: `post.added` and `post.published` have the same body, and the
 *   one of `site.changed` is empty. Give each event a URL of its own to know which it is.
 * - Retries: up to five, within seconds of a failure. The endpoint has 2 seconds. Ghost documents neither its signature nor
 *   its retries; this follows its source and forum.
 *
 * @see https://docs.ghost.org/webhooks
 */
export const ghost: Provider = preset(
  {
    name: "ghost",
    docs: "https://docs.ghost.org/webhooks",
    signature: {
      header: "X-Ghost-Signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "sha256" },
      content: "{body}{timestamp}",
    },
    timestamp: { part: "t", unit: "milliseconds", of: "attempt" },
    dedup: "none",
    delivery: { deadlineSeconds: 2 },
  },
  pairs,
  template,
  time,
);
