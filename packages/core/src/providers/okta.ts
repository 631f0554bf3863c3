import { headerChallenge } from "../grammar/header-challenge.ts";
import { isoTime } from "../grammar/iso-time.ts";
import { token } from "../grammar/token.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/**
 * Okta event hooks.
 *
 * Nothing of the delivery is signed: it shows the secret itself, and whoever knows that can send anything. `event.unsigned` lists it all.
 *
 * - Secret: the value of the hook's authentication field, `Authorization`, whole.
 * - Handshake: a GET with `x-okta-verification-challenge`, which comes back as JSON.
 * - Dedup: the `eventId`.
 * - Retries: one at most, after a 5xx. The endpoint has 3 seconds.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export const okta: Provider = preset(
  {
    name: "okta",
    docs: "https://developer.okta.com/docs/concepts/event-hooks/",
    signature: { header: "Authorization", algorithm: "token" },
    timestamp: { body: "/eventTime", unsigned: true, unit: "iso8601", of: "event" },
    id: { body: "/eventId", unsigned: true },
    type: { body: "/data/events/0/eventType", unsigned: true },
    body: { unsigned: true },
    challenge: {
      header: "x-okta-verification-challenge",
      answer: { json: { verification: "{value}" } },
    },
    dedup: "unsigned-id",
    delivery: { deadlineSeconds: 3, successStatuses: [200, 204] },
  },
  headerChallenge,
  isoTime,
  token,
);
