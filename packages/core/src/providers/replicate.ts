import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
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
 * - Retries: several, until about a minute after the end, and only of the final states `succeeded`, `failed` and `canceled`.
 *
 * @see https://replicate.com/docs/topics/webhooks/verify-webhook
 */
export const replicate: Provider<ReplicateEvents> = preset<ReplicateEvents>(
  {
    ...standardWebhooks,
    name: "replicate",
    docs: "https://replicate.com/docs/topics/webhooks/verify-webhook",
    type: { body: "/status" },
    delivery: { retrySpanSeconds: 60 },
  },
  list,
  secretFormat,
  template,
  time,
);
