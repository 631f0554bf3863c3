import { defineProvider, type Provider } from "../provider.ts";
import { standardWebhooks } from "./standard-webhooks.ts";

/** The prediction or training that changed. */
export interface ReplicateBody {
  readonly id: string;
  readonly status: "starting" | "processing" | "succeeded" | "failed" | "canceled" | "aborted";
  readonly output?: unknown;
  readonly error?: unknown;
  readonly [field: string]: unknown;
}

export interface ReplicateEvents {
  [status: string]: ReplicateBody;
}

/**
 * Replicate: {@link standardWebhooks}, `webhook-signature` over `{webhook-id}.{webhook-timestamp}.{body}`.
 *
 * - Secret: `whsec_` and base64, one for each user or organization: `GET /v1/webhooks/default/secret`.
 * - Time: `webhook-timestamp` is signed and that of the attempt.
 * - Dedup: `id`. `webhook-id` is the message's and the same when it is sent again. The body's `id` names the prediction, which
 *   has many messages.
 * - Type: the body is the prediction itself; `event.type` is its `status`.
 * - Retries: those of the terminal states, a few times within about a minute; `output` and `logs` are not retried.
 *
 * @see https://replicate.com/docs/topics/webhooks/verify-webhook
 */
export const replicate: Provider<ReplicateEvents> = defineProvider<ReplicateEvents>({
  ...standardWebhooks,
  name: "replicate",
  docs: "https://replicate.com/docs/topics/webhooks/verify-webhook",
  type: { body: "/status" },
});
