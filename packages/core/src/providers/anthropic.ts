import { list } from "../grammar/list.ts";
import { secretFormat } from "../grammar/secret-format.ts";
import { template } from "../grammar/template.ts";
import { time } from "../grammar/time.ts";
import { preset, type Provider } from "../scheme/provider.ts";
import { standardWebhooks } from "./standard-webhooks.ts";

/** The body of every event; `data.type` says which, and `data` names the object that it is about. */
export interface AnthropicBody {
  readonly type: "event";
  readonly id: string;
  /** When it happened, RFC 3339. */
  readonly created_at: string;
  readonly data: { readonly type: string; readonly id: string; readonly [field: string]: unknown };
}

export interface AnthropicEvents {
  [type: string]: AnthropicBody;
}

/**
 * Anthropic (Claude): {@link standardWebhooks}, `webhook-signature` over `{webhook-id}.{webhook-timestamp}.{body}`.
 *
 * Some guides name a header `X-Webhook-Signature`; Anthropic's own reference says that there is none.
 *
 * - Secret: `whsec_` and base64, shown once, when the endpoint is made in the Claude Console.
 * - Time: `webhook-timestamp` is signed and that of the attempt; the libraries allow 300 s.
 * - Dedup: `id`, by the signed `webhook-id`. What Anthropic documents as the key for idempotency is the body's `id`, which has the same
 *   value on every attempt.
 * - Type: the body's `type` is always `event`; `event.type` is `data.type`.
 * - Retries: up to three attempts, with pauses of 5 to 120 seconds. A redirect disables the endpoint at once.
 *
 * @see https://platform.claude.com/docs/en/api/beta/webhooks/unwrap
 */
export const anthropic: Provider<AnthropicEvents> = preset<AnthropicEvents>(
  {
    ...standardWebhooks,
    name: "anthropic",
    docs: "https://platform.claude.com/docs/en/api/beta/webhooks/unwrap",
    type: { body: "/data/type" },
  },
  list,
  secretFormat,
  template,
  time,
);
