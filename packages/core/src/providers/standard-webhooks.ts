import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";

/** The body that the specification recommends. */
export interface StandardWebhookBody<Type extends string = string, Data = unknown> {
  readonly type: Type;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  readonly data: Data;
}

/**
 * Any event. Your provider's own plug in by one type parameter:
 * `defineProvider<{ "user.created": StandardWebhookBody<"user.created", User> }>(standardWebhooks)`.
 */
export interface StandardWebhooksEvents {
  [type: string]: StandardWebhookBody;
}

/**
 * Standard Webhooks 1.0 with symmetric signatures (`v1`).
 *
 * `webhook-signature` is a list parted by spaces, each `v1,` and base64, over `{webhook-id}.{webhook-timestamp}.{body}`.
 * Asymmetric entries (`v1a,`) are passed over.
 *
 * - Secret: base64, 24 to 64 bytes, with or without `whsec_` in front.
 * - Time: `webhook-timestamp` is signed, and is the time of the attempt. The specification's libraries allow 300 s either way.
 * - Dedup: `id`. `webhook-id` is signed, unique to the message, and the same on every retry.
 * - Retries and deadlines are the sender's own; the specification suggests ten attempts over about three days.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: Provider<StandardWebhooksEvents> = preset<StandardWebhooksEvents>(
  {
    name: "standard-webhooks",
    docs: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    signature: {
      header: "webhook-signature",
      list: " ",
      prefix: "v1,",
      encoding: "base64",
      content: "{id}.{timestamp}.{body}",
    },
    secret: { encoding: "base64", prefix: "whsec_" },
    timestamp: {
      header: "webhook-timestamp",
      unit: "seconds",
      of: "attempt",
      toleranceSeconds: 300,
    },
    id: { header: "webhook-id" },
    type: { body: "/type" },
    dedup: "id",
  },
  list,
  secretFormat,
  template,
  time,
);
