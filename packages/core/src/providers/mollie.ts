import { isoTime } from "../grammar/iso-time.ts";
import { list } from "../grammar/list.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every event. */
export interface MollieBody {
  readonly resource: "event";
  readonly id: string;
  /** Such as `payment-link.paid`. */
  readonly type: string;
  readonly entityId: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly [field: string]: unknown;
}

export interface MollieEvents {
  [type: string]: MollieBody;
}

/**
 * Mollie's next-gen webhooks. (The classic ones carry an id and no signature; fetch the payment instead.)
 *
 * `X-Mollie-Signature` is hex over the body as sent. Mollie's library writes `sha256=` before it and takes it without, and the
 * page compares the bare digest: both forms verify.
 *
 * - Secret: shown when the webhook is made, as text. For 24 hours after it was rotated Mollie sends the header twice, once for each secret.
 * - Time: `createdAt` in the body is signed and is the event's.
 * - Dedup: `id`, by the signed `id` (`event_…`).
 * - Retries: up to 10, over 26 hours. The endpoint has 15 seconds.
 *
 * @see https://docs.mollie.com/reference/webhooks-new
 * @see https://docs.mollie.com/reference/webhooks-best-practices
 */
export const mollie: Provider<MollieEvents> = preset<MollieEvents>(
  {
    name: "mollie",
    docs: "https://docs.mollie.com/reference/webhooks-new",
    signature: {
      header: "X-Mollie-Signature",
      list: ",",
      encoding: "hex",
      prefix: "sha256=",
      prefixOptional: true,
    },
    timestamp: { body: "/createdAt", unit: "iso8601", of: "event" },
    id: { body: "/id" },
    type: { body: "/type" },
    dedup: "id",
    delivery: { deadlineSeconds: 15, retrySpanSeconds: 93_600 },
  },
  list,
  isoTime,
);
