import { secretHandover } from "../grammar/secret-handover.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Notion integration webhooks.
 *
 * `X-Notion-Signature` is `sha256=` and hex over the body as sent.
 *
 * - Secret: the verification token. Notion makes it up and hands it over in the first delivery, which has no signature; until
 *   then give `secret: () => undefined`, which refuses everything. Anybody can send such a delivery: type the token in at
 *   Notion first, and use it as the secret only once Notion has taken it.
 * - Time: `timestamp` in the signed body is the event's.
 * - Dedup: `id`. The body's `id` is signed and names the event. A retry has another body (`attempt_number`), so that no digest of it would do.
 * - Retries: up to eight attempts, the last about 24 hours after the first.
 *
 * @see https://developers.notion.com/reference/webhooks
 */
export const notion: Provider = preset(
  {
    name: "notion",
    docs: "https://developers.notion.com/reference/webhooks",
    signature: { header: "X-Notion-Signature", encoding: "hex", prefix: "sha256=" },
    timestamp: { body: "/timestamp", unit: "iso8601", of: "event" },
    id: { body: "/id" },
    type: { body: "/type" },
    dedup: "id",
    challenge: { handover: "/verification_token" },
    delivery: { retrySpanSeconds: 86_400, attempt: { body: "/attempt_number", first: 1 } },
  },
  secretHandover,
  isoTime,
);
