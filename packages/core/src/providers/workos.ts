import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every event. */
export interface WorkOSBody {
  readonly id: string;
  /** Such as `dsync.user.created`. */
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly created_at: string;
}

export interface WorkOSEvents {
  [event: string]: WorkOSBody;
}

/**
 * WorkOS.
 *
 * `WorkOS-Signature` is `t=<milliseconds>, v1=<hex>`, with a space after the comma, over `{t}.{body}`.
 *
 * - Secret: the endpoint's, from the dashboard, as text.
 * - Time: `t` is signed and that of the attempt, in milliseconds. WorkOS's libraries allow 180 s.
 * - Dedup: `id`, by the signed `id` of the event, which stays the same on retries.
 * - Retries: up to 12, over 3 days.
 *
 * @see https://workos.com/docs/events/data-syncing/webhooks
 */
export const workos: Provider<WorkOSEvents> = preset<WorkOSEvents>(
  {
    name: "workos",
    docs: "https://workos.com/docs/events/data-syncing/webhooks",
    signature: {
      header: "WorkOS-Signature",
      encoding: "hex",
      pairs: { separator: ",", signature: "v1" },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "t", unit: "milliseconds", of: "attempt", toleranceSeconds: 180 },
    id: { body: "/id" },
    type: { body: "/event" },
    dedup: "id",
    delivery: { retrySpanSeconds: 259_200 },
  },
  pairs,
  template,
  time,
);
