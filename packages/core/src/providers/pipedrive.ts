import { basic } from "../grammar/basic.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Pipedrive webhooks, version 2, with HTTP auth.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Secret: `user:password`, as in the webhook's HTTP auth.
 * - Dedup: `meta.id`. (`meta.attempt` counts up.)
 *
 * @see https://pipedrive.readme.io/docs/guide-for-webhooks-v2
 */
export const pipedrive: Provider = preset(
  {
    name: "pipedrive",
    docs: "https://pipedrive.readme.io/docs/guide-for-webhooks-v2",
    signature: { header: "Authorization", algorithm: "basic" },
    timestamp: { body: "/meta/timestamp", unsigned: true, unit: "iso8601", of: "event" },
    id: { body: "/meta/id", unsigned: true },
    type: { body: "/meta/action", unsigned: true },
    body: { unsigned: true },
    dedup: "unsigned-id",
  },
  isoTime,
  basic,
);
