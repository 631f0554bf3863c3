import { probeChallenge } from "../grammar/probe-challenge.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { request } from "../grammar/request.ts";
import { template } from "../grammar/template.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Trello webhooks.
 *
 * `X-Trello-Webhook` is HMAC-SHA1 of body and callback URL in base64, with nothing between them.
 *
 * - URL: the callback URL exactly as it was given to Trello. Behind a proxy, and for one that ends with the host without a slash, give it
 *   as `publicUrl`.
 * - Secret: the secret of the application, below its API key; not a token.
 * - Handshake: Trello sends a HEAD request when the webhook is created, which is answered with 200.
 * - Dedup: `id`, the action's.
 * - Retries: three, after 30, 60 and 120 seconds.
 *
 * @see https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/
 */
export const trello: Provider = preset(
  {
    name: "trello",
    docs: "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
    signature: {
      header: "X-Trello-Webhook",
      algorithm: "sha1",
      encoding: "base64",
      content: "{body}{url}",
      url: { asRegistered: true },
    },
    timestamp: { body: "/action/date", unit: "iso8601", of: "event" },
    id: { body: "/action/id" },
    type: { body: "/action/type" },
    challenge: { probe: "HEAD" },
    dedup: "id",
    delivery: { retrySpanSeconds: 210 },
  },
  probeChallenge,
  request,
  template,
  otherHmac,
  isoTime,
);
