import { decodedField } from "../grammar/decoded-field.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import type { ParaEvents } from "./para-events.ts";

export type * from "./para-events.ts";

/**
 * Para and Scoold, of Erudika. (Not the wallet service of that name, which signs in another way.)
 *
 * `X-Webhook-Signature` is padded base64 over the JSON payload. A webhook registered with `urlEncoded: true` (the default is false)
 * sends a form with the one field `payload`; what is signed then is the field's *decoded* value, in which `+` is a space. Both
 * kinds verify.
 *
 * - Secret: the `secret` field of the webhook object, in Para's console or `GET /v1/webhooks/{id}`. It is literal text, also
 *   where it looks like base64.
 * - Time: `timestamp` in the body is signed and is that of the event. It is made once, before the payload is queued, so it
 *   never expires a delivery unless you give `toleranceSeconds`.
 * - Dedup: `content`. Para sends no event id. A webhook with `repeatedDeliveryAttempts: n` sends n copies of one payload at the same
 *   time; they have the same digest. Two changes of the same objects to the same state within one millisecond would count as one.
 * - Retries: none. Para posts once (or n copies at once), whatever the answer, so a 500 or 503 loses the event; its guide speaks of
 *   retries, its source has none. Every status outside of 190 to 210 counts as a failure. The tenth within ten minutes disables
 *   the webhook (`tooManyFailures`) until you enable it again, and a success does not reset the count. So a copy that arrives while the first
 *   is handled waits for its outcome.
 * - No deadline is documented, and the source sets none for the answer.
 * - Events: Para's six, and the thirteen that Scoold makes (`question.create`), found in its source. Those of your own (`post.like`) carry
 *   their name in `event` as well; add them by `defineProvider<ParaEvents & { "post.like": ParaBody<"post.like", Like> }>(para)`.
 *
 * @see https://paraio.org/docs/#webhooks
 * @see https://raw.githubusercontent.com/Erudika/scoold/master/src/main/java/com/erudika/scoold/utils/ScooldUtils.java
 * @see https://raw.githubusercontent.com/Erudika/para/master/para-core/src/main/java/com/erudika/para/core/Webhook.java
 * @see https://raw.githubusercontent.com/Erudika/para/master/para-core/src/main/java/com/erudika/para/core/queue/River.java
 */
export const para: Provider<ParaEvents> = preset<ParaEvents>(
  {
    name: "para",
    docs: "https://paraio.org/docs/#webhooks",
    signature: { header: "X-Webhook-Signature", encoding: "base64" },
    body: { formField: { name: "payload", signed: "decoded" } },
    timestamp: { body: "/timestamp", unit: "milliseconds", of: "event" },
    type: { body: "/event" },
    dedup: "content",
    delivery: {
      retrySpanSeconds: 0,
      successStatuses: [200, 201, 202, 203, 204, 205, 206, 207, 208],
      disablesEndpoint: true,
    },
  },
  decodedField,
  time,
);
