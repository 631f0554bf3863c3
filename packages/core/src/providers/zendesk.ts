import { bodyFormat } from "../grammar/body-format.ts";
import { template } from "../grammar/template.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Zendesk webhooks.
 *
 * `X-Zendesk-Webhook-Signature` is base64 over timestamp and body with nothing between them. (The beta of 2021 signed the body first.)
 *
 * - Secret: the webhook's signing secret from the Admin Center or the API. It looks like base64 and is used as the text that it is.
 * - Time: `X-Zendesk-Webhook-Signature-Timestamp` is signed. Zendesk names no tolerance; 300 s are allowed.
 * - `event.id` (`X-Zendesk-Webhook-Invocation-Id`) is a header that the signature does not cover.
 * - Dedup: `none`. Bodies of webhooks that triggers and automations call are written by you, and two tickets may well have the same.
 *   Webhooks that are subscribed to events have a signed `id` in the body; for those:
 *   `defineProvider({ ...zendesk, id: { body: "/id" }, type: { body: "/type" }, dedup: "id" })`.
 * - Webhooks that call by GET or DELETE send no body: `event.body` is then undefined.
 * - Bodies are JSON or a form by their content type. For a webhook that sends XML add `body: { format: "text" }`.
 * - Retries: up to three on 409, and some on timeouts and on 429 or 503 with `Retry-After`. The endpoint has 10 seconds.
 *
 * @see https://developer.zendesk.com/documentation/webhooks/verifying/
 */
export const zendesk: Provider = preset(
  {
    name: "zendesk",
    docs: "https://developer.zendesk.com/documentation/webhooks/verifying/",
    signature: {
      header: "X-Zendesk-Webhook-Signature",
      encoding: "base64",
      content: "{timestamp}{body}",
    },
    timestamp: {
      header: "X-Zendesk-Webhook-Signature-Timestamp",
      unit: "iso8601",
      of: "attempt",
    },
    id: { header: "X-Zendesk-Webhook-Invocation-Id", unsigned: true },
    body: { format: "auto", optional: true },
    dedup: "none",
    delivery: { deadlineSeconds: 10 },
  },
  bodyFormat,
  template,
  isoTime,
);
