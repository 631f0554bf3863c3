import { basic } from "../grammar/basic.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Chargebee, with Basic authentication.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Secret: `user:password`, as in the settings of the webhook.
 * - Dedup: the event's `id`.
 * - Retries: up to seven, over three days.
 *
 * @see https://www.chargebee.com/docs/2.0/webhook_settings.html
 */
export const chargebee: Provider = preset(
  {
    name: "chargebee",
    docs: "https://www.chargebee.com/docs/2.0/webhook_settings.html",
    signature: { header: "Authorization", algorithm: "basic" },
    timestamp: { body: "/occurred_at", unsigned: true, unit: "seconds", of: "event" },
    id: { body: "/id", unsigned: true },
    type: { body: "/event_type", unsigned: true },
    body: { unsigned: true },
    dedup: "unsigned-id",
    delivery: { retrySpanSeconds: 259_200, successStatuses: [200] },
  },
  time,
  basic,
);
