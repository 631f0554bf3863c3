import { headerChallenge } from "../grammar/header-challenge.ts";
import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * RingCentral, with a `verificationToken` in the subscription.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Handshake: a POST with `Validation-Token`, which comes back in the same header.
 * - Dedup: the `uuid`.
 * - The endpoint has 3 seconds, and may answer with 1024 bytes at most, headers and all.
 * - Set `verificationToken` and not `validationToken` of the older guide: with that, every delivery brings `Validation-Token` and counts as a handshake, so that
 *   no event arrives.
 *
 * @see https://developers.ringcentral.com/guide/notifications/webhooks/receiving
 */
export const ringCentral: Provider = preset(
  {
    name: "ringcentral",
    docs: "https://developers.ringcentral.com/guide/notifications/webhooks/receiving",
    signature: { header: "Verification-Token", algorithm: "token" },
    id: { body: "/uuid", unsigned: true },
    type: { body: "/event", unsigned: true },
    body: { unsigned: true },
    challenge: { header: "Validation-Token", answer: "header" },
    dedup: "unsigned-id",
    delivery: { deadlineSeconds: 3 },
  },
  headerChallenge,
  token,
);
