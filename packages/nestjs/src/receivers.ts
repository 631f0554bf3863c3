import { createReceiver, type Receiver } from "@countersign/core";
import { misused } from "./errors.ts";
import type { WebhookModuleOptions } from "./options.ts";
import type { WebhookRoute } from "./route.ts";

interface Registered {
  readonly provider: string;
  readonly receiver: Receiver;
}

/** The receivers of an application, by the name of their endpoint. */
export class WebhookReceivers {
  readonly #byEndpoint = new Map<string, Registered>();

  constructor(options: WebhookModuleOptions) {
    const { webhooks, ...shared } = options;
    if (!Array.isArray(webhooks) || webhooks.length === 0) {
      throw misused(
        "webhooks is missing or empty. List what you receive: WebhookModule.forRoot({ webhooks: [{ provider: paradym, secret }] }).",
      );
    }
    for (const webhook of webhooks as WebhookModuleOptions["webhooks"]) {
      const receiver = createReceiver<object, unknown>({ ...shared, ...webhook });
      const provider = webhook.provider.name;
      const endpoint = webhook.endpoint ?? provider;
      if (this.#byEndpoint.has(endpoint)) {
        throw misused(
          `two webhooks are named ${JSON.stringify(endpoint)}. Give each its own endpoint, { provider: ${provider}, endpoint: "…", secret }, and name it in @Webhook(${provider}, { endpoint: "…" }).`,
        );
      }
      this.#byEndpoint.set(endpoint, { provider, receiver });
    }
  }

  /**
   * Returns the receiver of a route.
   *
   * @param where the method, as an error names it
   * @throws `config_invalid` where the module has no such webhook
   */
  of({ provider, endpoint }: WebhookRoute, where: string): Receiver {
    const registered = this.#byEndpoint.get(endpoint);
    if (registered?.provider === provider) return registered.receiver;
    const entry =
      endpoint === provider
        ? `{ provider: ${provider}, secret }`
        : `{ provider: ${provider}, endpoint: ${JSON.stringify(endpoint)}, secret }`;
    throw misused(
      `${where} receives ${endpoint} webhooks of ${provider}, and WebhookModule has none. Add ${entry} to its webhooks.`,
    );
  }
}
