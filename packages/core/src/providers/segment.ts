import { isoTime } from "../grammar/iso-time.ts";
import { otherHmac } from "../grammar/other-hmac.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Segment, webhook destinations with a shared secret.
 *
 * `X-Signature` is HMAC-SHA1 of the body in hex.
 *
 * - Secret: the shared secret in the destination's settings. Without one Segment signs nothing.
 * - Not received: batches, a list of which only the first event is signed. Leave batching off in the mapping.
 * - Retries: for up to four hours. The endpoint has 5 seconds.
 * - Time: `timestamp` in the body, when it happened.
 * - Dedup: `id`, the `messageId`.
 *
 * @see https://segment.com/docs/connections/destinations/catalog/actions-webhook/
 */
export const segment: Provider = preset(
  {
    name: "segment",
    docs: "https://segment.com/docs/connections/destinations/catalog/actions-webhook/",
    signature: { header: "X-Signature", algorithm: "sha1", encoding: "hex" },
    timestamp: { body: "/timestamp", unit: "iso8601", of: "event" },
    id: { body: "/messageId" },
    type: { body: "/type" },
    dedup: "id",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 14_400 },
  },
  otherHmac,
  isoTime,
);
