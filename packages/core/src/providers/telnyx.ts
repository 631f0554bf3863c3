import { publicKey } from "../grammar/public-key.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Telnyx webhooks, version 2 of its API.
 *
 * `telnyx-signature-ed25519` is an Ed25519 signature, in base64, of `{timestamp}|{body}`.
 *
 * - Secret: the account's public key, in base64, from the portal's page of keys.
 * - Time: `telnyx-timestamp` is signed, in seconds. 300 s are allowed, as in Telnyx's own libraries.
 * - Dedup: `id`, the event's.
 *
 * @see https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
 */
export const telnyx: Provider = preset(
  {
    name: "telnyx",
    docs: "https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks",
    signature: {
      header: "telnyx-signature-ed25519",
      algorithm: "ed25519",
      encoding: "base64",
      content: "{timestamp}|{body}",
    },
    timestamp: {
      header: "telnyx-timestamp",
      unit: "seconds",
      of: "attempt",
      toleranceSeconds: 300,
    },
    id: { body: "/data/id" },
    type: { body: "/data/event_type" },
    dedup: "id",
  },
  template,
  time,
  publicKey,
);
