import { defineProvider, type Provider } from "../provider.ts";
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
 * One third-party guide names the header `X-Webhook-Signature`; this follows Anthropic's own reference and libraries.
 *
 * - Secret: `whsec_` and base64, shown once, when the endpoint is made in the Claude Console.
 * - Time: `webhook-timestamp` is signed and that of the attempt; the libraries allow 300 s.
 * - Dedup: `id`, by the signed `webhook-id`. The body's `id` is documented as the event's, for idempotency; read it from
 *   `event.body.id`.
 * - Type: the body's `type` is always `event`; `event.type` is `data.type`.
 *
 * @see https://platform.claude.com/docs/en/api/beta/webhooks/unwrap
 */
export const anthropic: Provider<AnthropicEvents> = defineProvider<AnthropicEvents>({
  ...standardWebhooks,
  name: "anthropic",
  docs: "https://platform.claude.com/docs/en/api/beta/webhooks/unwrap",
  type: { body: "/data/type" },
});
