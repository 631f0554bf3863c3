import { pairs } from "../grammar/pairs.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** Whatever the webhook's projection makes of the document. */
export type SanityBody = Readonly<Record<string, unknown>>;

export interface SanityEvents {
  [operation: string]: SanityBody;
}

/**
 * Sanity's GROQ-powered webhooks.
 *
 * `sanity-webhook-signature` is `t=<milliseconds>,v1=<base64url without padding>` over `{t}.{body}`.
 *
 * - Secret: the text set on the webhook.
 * - Time: `t` is signed. Sanity neither documents a tolerance nor says that a retry gets a new `t`, and its toolkit checks no
 *   age; so it is taken as the time of the event and expires nothing unless you give `toleranceSeconds` (above 300, to let
 *   retries and slow answers through).
 * - `event.id` (`idempotency-key`) and `event.type` (`sanity-operation`) are headers that the signature does not cover.
 * - Dedup: `none`. The body is your own projection, often no more than `{ _id }`: two changes of one document are then the same
 *   bytes. Where the projection has `_rev`, `defineProvider({ ...sanity, dedup: "content" })` tells them apart.
 * - Retries: two, 30 s apart, after a 429 or 5xx. (Until April 2026: for up to 30 minutes.)
 *
 * @see https://github.com/sanity-io/webhook-toolkit
 * @see https://www.sanity.io/docs/webhooks
 */
export const sanity: Provider<SanityEvents> = preset<SanityEvents>(
  {
    name: "sanity",
    docs: "https://github.com/sanity-io/webhook-toolkit",
    signature: {
      header: "sanity-webhook-signature",
      encoding: "base64url",
      pairs: { separator: ",", signature: "v1" },
      content: "{timestamp}.{body}",
    },
    timestamp: { part: "t", unit: "milliseconds", of: "event" },
    id: { header: "idempotency-key", unsigned: true },
    type: { header: "sanity-operation", unsigned: true },
    dedup: "none",
    delivery: { retrySpanSeconds: 60 },
  },
  pairs,
  template,
  time,
);
