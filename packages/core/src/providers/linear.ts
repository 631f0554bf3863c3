import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every event. */
export interface LinearBody {
  readonly action: string;
  /** The kind of object, such as `Issue` or `Comment`. */
  readonly type: string;
  readonly createdAt: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly url?: string;
  /** When this delivery was sent, in milliseconds since 1970. */
  readonly webhookTimestamp: number;
  /** Names the webhook, not the delivery. */
  readonly webhookId?: string;
  readonly [field: string]: unknown;
}

export interface LinearEvents {
  [type: string]: LinearBody;
}

/**
 * Linear.
 *
 * `Linear-Signature` is bare hex over the body as sent.
 *
 * - Secret: shown on the webhook's page, as text.
 * - Time: `webhookTimestamp` in the body is signed and says when the delivery was sent; Linear allows 60 s. The header
 *   `Linear-Timestamp` repeats it without being signed and is not looked at.
 * - `event.id` (`Linear-Delivery`) is a header that the signature does not cover. `webhookId` in the body names the webhook.
 * - Dedup: `content`. It stops replays. A retry that carries a new `webhookTimestamp` is another content and is not recognised:
 *   make handlers idempotent.
 * - Retries: after 1 min, 1 h and 6 h. The endpoint has 5 seconds and must answer 200.
 *
 * @see https://linear.app/developers/webhooks
 */
export const linear: Provider<LinearEvents> = preset<LinearEvents>(
  {
    name: "linear",
    docs: "https://linear.app/developers/webhooks",
    signature: { header: "Linear-Signature", encoding: "hex" },
    timestamp: {
      body: "/webhookTimestamp",
      unit: "milliseconds",
      of: "attempt",
      toleranceSeconds: 60,
    },
    id: { header: "Linear-Delivery", unsigned: true },
    type: { body: "/type" },
    dedup: "content",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 25_260, successStatuses: [200] },
  },
  time,
);
