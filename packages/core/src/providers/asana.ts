import { headerChallenge } from "../grammar/header-challenge.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Asana webhooks.
 *
 * `X-Hook-Signature` is HMAC-SHA256 of the body in hex.
 *
 * - Secret: Asana hands it over when the webhook is created, in `X-Hook-Secret`, which comes back in the same header. Pass `onSecretHandedOver`: anybody can
 *   send such a request, so that what it brings is confirmed before it is used.
 * - Bodies are lists of events; an empty one is a heartbeat.
 * - Dedup: `content`. Each event has the time at which it was made.
 *
 * @see https://developers.asana.com/docs/webhooks-guide
 */
export const asana: Provider = preset(
  {
    name: "asana",
    docs: "https://developers.asana.com/docs/webhooks-guide",
    signature: { header: "X-Hook-Signature", encoding: "hex" },
    challenge: { header: "X-Hook-Secret", answer: "header", handsOver: true },
    dedup: "content",
    delivery: { deadlineSeconds: 10, retrySpanSeconds: 86_400 },
  },
  headerChallenge,
);
