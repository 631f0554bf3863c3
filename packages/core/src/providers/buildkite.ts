import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Buildkite, with the webhook's setting to send a signature. (Its other setting sends the token itself, which proves nothing about the body.)
 *
 * `X-Buildkite-Signature` is `timestamp=<seconds>,signature=<hex>` over `{timestamp}.{body}`.
 *
 * - Secret: the webhook's token from the notification service's settings.
 * - Time: `timestamp` is signed. Buildkite names no tolerance; 300 s are allowed.
 * - Dedup: `content`. There is no id of the event. Bodies carry states and times of builds, jobs and agents; only two `ping`s may
 *   be the same.
 * - Retries and deadline are not documented.
 *
 * @see https://buildkite.com/docs/apis/webhooks
 */
export const buildkite: Provider = preset(
  {
    name: "buildkite",
    docs: "https://buildkite.com/docs/apis/webhooks",
    signature: {
      header: "X-Buildkite-Signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "signature" },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "timestamp", unit: "seconds", of: "attempt" },
    type: { body: "/event" },
    dedup: "content",
  },
  pairs,
  template,
  time,
);
