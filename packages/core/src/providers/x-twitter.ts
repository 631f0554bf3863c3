import { queryChallenge } from "../grammar/query-challenge.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * X (Twitter): Account Activity API and filtered stream.
 *
 * `X-Twitter-Webhooks-Signature-OAuth2` is `sha256=` and base64 over the body as sent, under the app's OAuth 2.0 client secret. The older
 * `X-Twitter-Webhooks-Signature` is the same under the consumer secret; an app with both secrets may get both headers. Either is enough.
 *
 * - Secret: the client secret or, where the app has none, the consumer secret (API key secret), as text. Both, the client secret first,
 *   while you move from one to the other.
 * - Time: none is signed. Dedup is what stops replays, for as long as records are kept.
 * - Dedup: `content`. A delivery may hold several activities of several kinds, each with an id of its own and none for all; posts, messages and
 *   typing notices carry ids or times, so that two activities have two bodies.
 * - Handshake: by GET with a `crc_token`, when the webhook is registered and again and again from then on; the answer is the token's HMAC
 *   under the first secret. As deliveries are signed in the same way, tokens that could be a body are not answered. What is left
 *   for an outsider to have signed is text that is no JSON: `verify` refuses it, `check`, which does not parse, can't.
 * - Retries are not documented. The endpoint has 10 seconds.
 *
 * @see https://docs.x.com/x-api/webhooks/introduction
 */
export const xTwitter: Provider = preset(
  {
    name: "x-twitter",
    docs: "https://docs.x.com/x-api/webhooks/introduction",
    signature: {
      header: ["X-Twitter-Webhooks-Signature-OAuth2", "X-Twitter-Webhooks-Signature"],
      encoding: "base64",
      prefix: "sha256=",
    },
    dedup: "content",
    challenge: { query: "crc_token", answer: { json: { response_token: "sha256={hmac.base64}" } } },
    delivery: { deadlineSeconds: 10 },
  },
  queryChallenge,
);
