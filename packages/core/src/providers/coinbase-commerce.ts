import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every delivery; `event` is what happened, the rest is about this attempt. */
export interface CoinbaseCommerceBody {
  readonly id: string | number;
  readonly scheduled_for: string;
  readonly attempt_number?: number;
  readonly event: {
    readonly id: string;
    /** Such as `charge:confirmed`. */
    readonly type: string;
    readonly created_at: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly [field: string]: unknown;
  };
}

export interface CoinbaseCommerceEvents {
  [type: string]: CoinbaseCommerceBody;
}

/**
 * Coinbase Commerce, which Coinbase closed on 2026-03-31. Coinbase Business in its place signs in another way (`X-Hook0-Signature`), and is
 * not covered.
 *
 * `X-CC-Webhook-Signature` is bare hex over the body as sent.
 *
 * - Secret: the webhook's shared secret, from the settings: a UUID, as text.
 * - Time: `event.created_at` in the body is signed and is the event's.
 * - Dedup: `id`, by the signed `event.id`. (Not the content, nor the outer `id`: they belong to the attempt.)
 * - Retries: with growing pauses of up to an hour, for 3 days.
 *
 * @see https://docs.cloud.coinbase.com/commerce/docs/webhooks-fields-and-security
 */
export const coinbaseCommerce: Provider<CoinbaseCommerceEvents> = preset<CoinbaseCommerceEvents>(
  {
    name: "coinbase-commerce",
    docs: "https://docs.cloud.coinbase.com/commerce/docs/webhooks-fields-and-security",
    signature: { header: "X-CC-Webhook-Signature", encoding: "hex" },
    timestamp: { body: "/event/created_at", unit: "iso8601", of: "event" },
    id: { body: "/event/id" },
    type: { body: "/event/type" },
    dedup: "id",
    delivery: { retrySpanSeconds: 259_200, attempt: { body: "/attempt_number", first: 1 } },
  },
  isoTime,
);
