import { isoTime } from "../grammar/iso-time.ts";
import { signaturePlace } from "../grammar/signature-place.ts";
import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Cisco Meraki, with a shared secret.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - The secret is in the body: keep bodies out of logs.
 * - Dedup: `content`.
 *
 * @see https://developer.cisco.com/meraki/webhooks/
 */
export const meraki: Provider = preset(
  {
    name: "meraki",
    docs: "https://developer.cisco.com/meraki/webhooks/",
    signature: { body: "/sharedSecret", algorithm: "token" },
    timestamp: { body: "/sentAt", unsigned: true, unit: "iso8601", of: "event" },
    id: { body: "/alertId", unsigned: true },
    type: { body: "/alertType", unsigned: true },
    body: { unsigned: true },
    dedup: "content",
  },
  signaturePlace,
  isoTime,
  token,
);
