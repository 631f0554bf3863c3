import { request } from "../grammar/request.ts";
import { template } from "../grammar/template.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every event. */
export interface SquareBody {
  readonly merchant_id: string;
  /** Such as `payment.updated`. */
  readonly type: string;
  readonly event_id: string;
  /** ISO 8601. */
  readonly created_at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SquareEvents {
  [type: string]: SquareBody;
}

/**
 * Square.
 *
 * `x-square-hmacsha256-signature` is base64 over the notification URL and the body, with nothing between them. (The older
 * `x-square-signature` is SHA-1 and is never fallen back to.)
 *
 * - URL: to the letter as it is registered at Square. Behind a proxy, and for one that ends with the host without a slash, give it as
 *   `publicUrl`.
 * - Secret: the subscription's signature key, as text.
 * - Time: `created_at` in the body is signed and is the event's.
 * - Dedup: `id`, by the signed `event_id`, which Square names as the idempotency value.
 * - Retries: for up to 24 hours. The endpoint should answer within 10 seconds.
 *
 * @see https://developer.squareup.com/docs/webhooks/step3validate
 */
export const square: Provider<SquareEvents> = preset<SquareEvents>(
  {
    name: "square",
    docs: "https://developer.squareup.com/docs/webhooks/step3validate",
    signature: {
      header: "x-square-hmacsha256-signature",
      encoding: "base64",
      content: "{url}{body}",
      url: { asRegistered: true },
    },
    timestamp: { body: "/created_at", unit: "iso8601", of: "event" },
    id: { body: "/event_id" },
    type: { body: "/type" },
    dedup: "id",
    delivery: {
      deadlineSeconds: 10,
      retrySpanSeconds: 86_400,
      attempt: { header: "square-retry-number", first: 0 },
    },
  },
  request,
  template,
  isoTime,
);
