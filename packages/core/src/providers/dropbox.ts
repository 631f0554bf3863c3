import { queryChallenge } from "../grammar/query-challenge.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Dropbox.
 *
 * `X-Dropbox-Signature` is hex over the body as sent.
 *
 * - Secret: the app secret.
 * - Time: none is signed, and nothing guards against replay. A delivery only says that something changed; what, you ask the API.
 * - Dedup: `none`. Two changes in one account are two deliveries with the same body.
 * - Handshake: a GET with `challenge`, which is answered with its text.
 * - Retries: over about ten minutes. The endpoint has 10 seconds.
 *
 * @see https://www.dropbox.com/developers/reference/webhooks
 */
export const dropbox: Provider = preset(
  {
    name: "dropbox",
    docs: "https://www.dropbox.com/developers/reference/webhooks",
    signature: { header: "X-Dropbox-Signature", encoding: "hex" },
    dedup: "none",
    challenge: { query: "challenge", answer: "text" },
    delivery: { deadlineSeconds: 10, retrySpanSeconds: 600, successStatuses: [200] },
  },
  queryChallenge,
);
