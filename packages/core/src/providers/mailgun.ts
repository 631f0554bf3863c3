import { jsonContent } from "../grammar/json-content.ts";
import { signaturePlace } from "../grammar/signature-place.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Mailgun webhooks.
 *
 * `signature` in the body is HMAC-SHA256 of `timestamp` and `token` beside it, in hex. **The event itself is not signed**: whoever has seen one delivery
 * can send other events with its signature until it expires. `event.unsigned` has `body`, `type` and what else it may be.
 *
 * - Secret: the HTTP webhook signing key, not an API key.
 * - Time: `timestamp` is signed, in seconds. Mailgun names no tolerance; 300 s are allowed.
 * - Dedup: `id`, which is the `token`. Mailgun asks for it to be used once, and that is what keeps a captured signature from being used again. The
 *   event's own id, `event.body["event-data"].id`, is not signed.
 * - Retries: for 8 hours. An answer of 406 ends them.
 *
 * @see https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 */
export const mailgun: Provider = preset(
  {
    name: "mailgun",
    docs: "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
    signature: {
      body: "/signature/signature",
      encoding: "hex",
      content: "{json:/signature/timestamp}{json:/signature/token}",
    },
    timestamp: { body: "/signature/timestamp", unit: "seconds", of: "attempt" },
    id: { body: "/signature/token" },
    type: { body: "/event-data/event", unsigned: true },
    body: { unsigned: true },
    dedup: "id",
    delivery: { retrySpanSeconds: 28_800, successStatuses: [200] },
  },
  jsonContent,
  template,
  time,
  signaturePlace,
);
