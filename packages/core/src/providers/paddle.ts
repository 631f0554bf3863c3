import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every event. */
export interface PaddleBody {
  readonly event_id: string;
  /** Such as `transaction.completed`. */
  readonly event_type: string;
  /** When it happened, RFC 3339. */
  readonly occurred_at: string;
  /** Names what was sent to this destination; a replay by hand gets a new one. */
  readonly notification_id?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface PaddleEvents {
  [type: string]: PaddleBody;
}

/**
 * Paddle Billing.
 *
 * `Paddle-Signature` is `ts=<seconds>;h1=<hex>`, with several `h1` while a secret is rotated, over `{ts}:{body}`.
 *
 * - Secret: the notification destination's secret key (`pdl_ntfset_…`), as text.
 * - Time: `ts` is signed and that of the attempt. Paddle's libraries allow 5 s, so does this: keep the clock in step, or give
 *   `toleranceSeconds`.
 * - Dedup: `id`, by the signed `event_id`, the same on every retry and replay.
 * - Retries: live accounts 60 times over 3 days. The endpoint has 5 seconds.
 *
 * @see https://developer.paddle.com/webhooks/about/signature-verification
 * @see https://developer.paddle.com/webhooks/about/respond-to-webhooks
 */
export const paddle: Provider<PaddleEvents> = preset<PaddleEvents>(
  {
    name: "paddle",
    docs: "https://developer.paddle.com/webhooks/about/signature-verification",
    signature: {
      header: "Paddle-Signature",
      encoding: "hex",
      pairs: { separator: ";", signature: "h1" },
      content: "{timestamp}:{body}",
    },
    timestamp: { part: "ts", unit: "seconds", of: "attempt", toleranceSeconds: 5 },
    id: { body: "/event_id" },
    type: { body: "/event_type" },
    dedup: "id",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 259_200, successStatuses: [200] },
  },
  pairs,
  template,
  time,
);
