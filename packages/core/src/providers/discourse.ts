import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Discourse.
 *
 * `X-Discourse-Event-Signature` is `sha256=` and hex over the body as sent.
 *
 * - Secret: the text that you set on the webhook.
 * - `event.id` (`X-Discourse-Event-Id`) and `event.type` (`X-Discourse-Event`, such as `post_created`) are headers that the signature does not cover.
 * - Time: none is signed, and nothing guards against replay.
 * - Dedup: `none`. The body is the post, topic or user alone, and what happened to it is not signed: a user who logs in and out has the same body
 *   each time, and so has every ping.
 * - Retries: none unless the site has switched them on.
 *
 * @see https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045
 */
export const discourse: Provider = preset({
  name: "discourse",
  docs: "https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045",
  signature: { header: "X-Discourse-Event-Signature", encoding: "hex", prefix: "sha256=" },
  id: { header: "X-Discourse-Event-Id", unsigned: true },
  type: { header: "X-Discourse-Event", unsigned: true },
  dedup: "none",
});
