import { probeChallenge } from "../grammar/probe-challenge.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { publicKey } from "../grammar/public-key.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Circle, webhooks of version 2.
 *
 * `X-Circle-Signature` is an ECDSA signature of the body on P-256, as DER in base64. `X-Circle-Key-Id` names the key.
 *
 * - Secret: `circleKeys({ apiKey })` of `@countersign/core/keys`, or one public key in base64.
 * - Time: none is signed but `timestamp`, the notification's.
 * - Registration: a HEAD request is answered with 200.
 * - Dedup: `id`, the `notificationId`.
 *
 * @see https://developers.circle.com/wallets/verify-webhook-notifications
 */
export const circle: Provider = preset(
  {
    name: "circle",
    docs: "https://developers.circle.com/wallets/verify-webhook-notifications",
    signature: {
      header: "X-Circle-Signature",
      algorithm: "ecdsa-p256-sha256",
      encoding: "base64",
    },
    timestamp: { body: "/timestamp", unit: "iso8601", of: "event" },
    id: { body: "/notificationId" },
    type: { body: "/notificationType" },
    challenge: { probe: "HEAD" },
    dedup: "id",
  },
  isoTime,
  publicKey,
  probeChallenge,
);
