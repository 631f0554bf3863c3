import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { standardWebhooks } from "./standard-webhooks.ts";

/** The body of every OpenAI event. `data` names the object; the API gives its details. */
export interface OpenAIBody {
  readonly id: string;
  readonly object: "event";
  /** Such as `response.completed`. */
  readonly type: string;
  /** In seconds since 1970. */
  readonly created_at: number;
  readonly data: { readonly id: string; readonly [field: string]: unknown };
}

export interface OpenAIEvents {
  [type: string]: OpenAIBody;
}

/**
 * OpenAI: {@link standardWebhooks}, `webhook-signature` over `{webhook-id}.{webhook-timestamp}.{body}`.
 *
 * - Secret: shown once, when the endpoint is made in the project's settings. Behind `whsec_` it is base64; without that prefix
 *   OpenAI's own libraries take it as literal text, and so does this preset.
 * - Time: `webhook-timestamp` is signed and that of the attempt; the libraries allow 300 s.
 * - Dedup: `id`, by the signed `webhook-id`, which OpenAI names as the idempotency key.
 * - Retries: for up to 72 hours. The endpoint should answer within a few seconds; redirects count as failures.
 *
 * @see https://platform.openai.com/docs/guides/webhooks
 */
export const openai: Provider<OpenAIEvents> = preset<OpenAIEvents>(
  {
    ...standardWebhooks,
    name: "openai",
    docs: "https://platform.openai.com/docs/guides/webhooks",
    secret: { encoding: "base64", prefix: "whsec_", withoutPrefix: "utf8" },
    delivery: { retrySpanSeconds: 259_200 },
  },
  list,
  secretFormat,
  template,
  time,
);
