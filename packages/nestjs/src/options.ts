import type { Delivery, ReceiverOptions, WebhookError } from "@countersign/core";

/** One webhook: a provider, its secret, and any other option of a receiver. */
export interface WebhookEndpoint extends Omit<ReceiverOptions<object, unknown>, "onRejected"> {
  /** Gets every rejected delivery; for development: `explainTo(console)`. */
  readonly onRejected?:
    | ((error: WebhookError, delivery: Delivery, options: never) => void)
    | undefined;
}

/** Several webhooks at one URL: as `oneOf()` of @countersign/core receives them. */
export interface SeveralWebhooks {
  /** The name that `@Webhook()` gives. */
  readonly endpoint: string;
  /** In the order in which they are tried. */
  readonly oneOf: readonly WebhookEndpoint[];
}

/** The options of `WebhookModule`: the webhooks, and options that hold for all of them. */
export interface WebhookModuleOptions extends Omit<
  WebhookEndpoint,
  "provider" | "secret" | "endpoint"
> {
  /** The webhooks that `@Webhook()` may name. Two of one provider need different `endpoint` names. */
  readonly webhooks: readonly (WebhookEndpoint | SeveralWebhooks)[];
}
