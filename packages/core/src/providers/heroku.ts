import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Heroku app and add-on webhooks.
 *
 * `Heroku-Webhook-Hmac-SHA256` is base64 over the body as sent.
 *
 * - Secret: the one that you gave, or that `heroku webhooks:add` showed.
 * - Time: `created_at` in the signed body is the event's.
 * - Dedup: `id`, the event's in `webhook_metadata.event.id`, which is signed. The body also has ids of the delivery and of the attempt, which change
 *   on a retry; the header `Heroku-Webhook-Id` is not signed.
 * - Type: `webhook_metadata.event.include`, such as `api:release`; what happened to it is in `action`.
 * - Retries: at the level `sync` for 72 hours, at the level `notify` none.
 *
 * @see https://devcenter.heroku.com/articles/app-webhooks
 */
export const heroku: Provider = preset(
  {
    name: "heroku",
    docs: "https://devcenter.heroku.com/articles/app-webhooks",
    signature: { header: "Heroku-Webhook-Hmac-SHA256", encoding: "base64" },
    timestamp: { body: "/created_at", unit: "iso8601", of: "event" },
    id: { body: "/webhook_metadata/event/id" },
    type: { body: "/webhook_metadata/event/include" },
    dedup: "id",
    delivery: { retrySpanSeconds: 259_200 },
  },
  isoTime,
);
