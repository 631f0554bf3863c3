import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** One thing that happened in a chat. */
export interface LineEvent {
  /** Such as `message` or `follow`. */
  readonly type: string;
  readonly webhookEventId: string;
  /** In milliseconds since 1970. */
  readonly timestamp: number;
  readonly deliveryContext: { readonly isRedelivery: boolean };
  readonly [field: string]: unknown;
}

/** The body of every delivery: none, one or several events. */
export interface LineBody {
  readonly destination: string;
  readonly events: readonly LineEvent[];
}

export interface LineEvents {
  [type: string]: LineBody;
}

/**
 * LINE Messaging API.
 *
 * `x-line-signature` is base64 over the body as sent.
 *
 * - Secret: the channel secret, as text.
 * - Time: each event's `timestamp` is signed and is the event's own, also when it is sent again.
 * - Dedup: by the list of `webhookEventId`s. A redelivery changes `deliveryContext.isRedelivery`, hence never the content; LINE
 *   does not say that it keeps events together as they were, so deduplicate each event by its `webhookEventId` where that
 *   matters. The console's "Verify" sends no event at all and is told by its body.
 * - Type: none, as one delivery carries several events. Go through `event.body.events`.
 * - Retries: only where redelivery is switched on for the channel, "for a certain period". The endpoint has 2 seconds.
 *
 * @see https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
 * @see https://developers.line.biz/en/docs/messaging-api/receiving-messages/
 */
export const line: Provider<LineEvents> = preset<LineEvents>(
  {
    name: "line",
    docs: "https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/",
    signature: { header: "x-line-signature", encoding: "base64" },
    timestamp: { body: "/events/0/timestamp", unit: "milliseconds", of: "event" },
    id: { body: "/events/*/webhookEventId" },
    dedup: "id-or-content",
    delivery: { deadlineSeconds: 2 },
  },
  time,
);
