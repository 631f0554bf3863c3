import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every event. */
export interface MuxBody {
  readonly id: string;
  /** Such as `video.asset.ready`. */
  readonly type: string;
  /** ISO 8601. */
  readonly created_at: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly object?: { readonly type: string; readonly id: string };
  readonly [field: string]: unknown;
}

export interface MuxEvents {
  [type: string]: MuxBody;
}

/**
 * Mux.
 *
 * `Mux-Signature` is `t=<seconds>,v1=<hex>` over `{t}.{body}`.
 *
 * - Secret: the webhook's signing secret, from the dashboard, as text.
 * - Time: `t` is signed and that of the attempt. Mux's libraries allow 300 s.
 * - Dedup: `id`, by the signed `id`. (Not the content: `attempts` in the body grows with each retry.)
 * - Retries: for 24 hours. The endpoint has 5 seconds.
 *
 * @see https://www.mux.com/docs/core/verify-webhook-signatures
 */
export const mux: Provider<MuxEvents> = preset<MuxEvents>(
  {
    name: "mux",
    docs: "https://www.mux.com/docs/core/verify-webhook-signatures",
    signature: {
      header: "Mux-Signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "v1" },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "t", unit: "seconds", of: "attempt", toleranceSeconds: 300 },
    id: { body: "/id" },
    type: { body: "/type" },
    dedup: "id",
    delivery: { deadlineSeconds: 5, retrySpanSeconds: 86_400 },
  },
  pairs,
  template,
  time,
);
