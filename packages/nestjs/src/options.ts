import type { ReceiverOptions } from "@countersign/core";

/** One webhook: a provider, its secret, and any other option of a receiver. */
export type WebhookEndpoint = ReceiverOptions<object, unknown>;

/** The options of `WebhookModule`: one entry for each webhook, and what they share. */
export interface WebhookModuleOptions extends Omit<
  WebhookEndpoint,
  "provider" | "secret" | "endpoint"
> {
  /** The webhooks that `@Webhook()` may name. Two of one provider need different `endpoint` names. */
  readonly webhooks: readonly WebhookEndpoint[];
}
