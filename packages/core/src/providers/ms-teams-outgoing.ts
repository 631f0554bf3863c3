import { secretFormat } from "../grammar/secret-format.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Microsoft Teams outgoing webhooks.
 *
 * `Authorization` is `HMAC ` and base64 over the body as sent.
 *
 * - Secret: the security token, shown once when the webhook is created, in base64. Each team has its own.
 * - Time: `timestamp` in the signed body is the message's.
 * - Dedup: `content`. The body's `id` is the message's, a time in milliseconds that is unique in its conversation and not beyond.
 * - Retries: none. Teams shows the response to the user, who waits for it; the endpoint has 5 seconds.
 *
 * @see https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook
 */
export const msTeamsOutgoing: Provider = preset(
  {
    name: "ms-teams-outgoing",
    docs: "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook",
    signature: { header: "Authorization", encoding: "base64", prefix: "HMAC " },
    secret: { encoding: "base64" },
    timestamp: { body: "/timestamp", unit: "iso8601", of: "event" },
    id: { body: "/id" },
    type: { body: "/type" },
    dedup: "content",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 0 },
  },
  secretFormat,
  isoTime,
);
