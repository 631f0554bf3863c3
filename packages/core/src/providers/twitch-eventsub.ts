import { bodyChallenge } from "../grammar/body-challenge.ts";
import { template } from "../grammar/template.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Twitch EventSub by webhook.
 *
 * `Twitch-Eventsub-Message-Signature` is `sha256=` and hex over message id, message timestamp and body, with nothing between them.
 *
 * - Secret: the text of 10 to 100 characters that you gave when you subscribed.
 * - Time: `Twitch-Eventsub-Message-Timestamp` is signed, RFC 3339 with up to nanoseconds. Twitch asks to refuse messages older than ten
 *   minutes; that is the tolerance.
 * - Dedup: `id`. The message id is signed, unique to the message, and the same when Twitch sends it again.
 * - Type: the subscription's type from the signed body. A revocation carries the same type and no `event`: look at
 *   `body.subscription.status`. The header `Twitch-Eventsub-Message-Type` is not signed and therefore not read.
 * - Handshake: after you subscribe, Twitch sends a signed challenge, which is answered with its text.
 * - Retries: some, over a span that is not documented. The endpoint has "a few seconds", and one that is slow too often is unsubscribed.
 *
 * @see https://dev.twitch.tv/docs/eventsub/handling-webhook-events/
 */
export const twitchEventsub: Provider = preset(
  {
    name: "twitch-eventsub",
    docs: "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
    signature: {
      header: "Twitch-Eventsub-Message-Signature",
      encoding: "hex",
      prefix: "sha256=",
      content: "{id}{timestamp}{body}",
    },
    timestamp: {
      header: "Twitch-Eventsub-Message-Timestamp",
      unit: "iso8601",
      of: "attempt",
      toleranceSeconds: 600,
    },
    id: { header: "Twitch-Eventsub-Message-Id" },
    type: { body: "/subscription/type" },
    dedup: "id",
    challenge: {
      body: "/challenge",
      when: { body: "/subscription/status", value: "webhook_callback_verification_pending" },
      answer: "text",
    },
  },
  bodyChallenge,
  template,
  isoTime,
);
