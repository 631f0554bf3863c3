import { defineProvider, type Provider } from "../provider.ts";

/**
 * X (Twitter): Account Activity API and filtered stream.
 *
 * `x-twitter-webhooks-signature` is `sha256=` and base64 over the body as sent.
 *
 * - Secret: the app's consumer secret (API key secret), as text.
 * - Time: none is signed. Dedup is what stops replays, for as long as records are kept.
 * - Dedup: `content`. A delivery may hold several activities of several kinds, each with an id of its own and none for all; posts, messages and
 *   typing notices carry ids or times, so that two activities have two bodies.
 * - Handshake: by GET with a `crc_token`, when the webhook is registered and every hour from then on; the answer is the token's HMAC under
 *   the consumer secret. As deliveries are signed in the same way, tokens that could be a body are not answered. What is left
 *   for an outsider to have signed is text that is no JSON: `verify` refuses it, `check`, which does not parse, can't.
 * - Retries are not documented. The endpoint has 10 seconds.
 *
 * @see https://docs.x.com/x-api/webhooks/quickstart
 */
export const xTwitter: Provider = defineProvider({
  name: "x-twitter",
  docs: "https://docs.x.com/x-api/webhooks/quickstart",
  signature: { header: "x-twitter-webhooks-signature", encoding: "base64", prefix: "sha256=" },
  dedup: "content",
  challenge: { query: "crc_token", answer: { json: { response_token: "sha256={hmac.base64}" } } },
  delivery: { deadlineSeconds: 10 },
});
