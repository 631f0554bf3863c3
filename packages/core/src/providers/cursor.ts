import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Cursor cloud agents.
 *
 * `X-Webhook-Signature` is `sha256=` and hex over the body as sent.
 *
 * - Secret: the one that you gave with the webhook's URL when you launched the agent.
 * - `event.id` (`X-Webhook-ID`) names the delivery and is not signed. The body's `id` is the agent's.
 * - Time: `timestamp` in the signed body is the event's.
 * - Dedup: `content`. Bodies carry the agent's id, its status and the time.
 * - Retries: on an error status, over a span that is not documented.
 *
 * @see https://cursor.com/docs/cloud-agent/api/webhooks
 */
export const cursor: Provider = preset(
  {
    name: "cursor",
    docs: "https://cursor.com/docs/cloud-agent/api/webhooks",
    signature: { header: "X-Webhook-Signature", encoding: "hex", prefix: "sha256=" },
    timestamp: { body: "/timestamp", unit: "iso8601", of: "event" },
    id: { header: "X-Webhook-ID", unsigned: true },
    type: { body: "/event" },
    dedup: "content",
  },
  isoTime,
);
