import { createReceiver, oneOf, type Receiver, type ReceiverOptions } from "@countersign/core";
import { unknownOptions } from "@countersign/core/adapter";
import { misused } from "./errors.ts";
import type { SeveralWebhooks, WebhookEndpoint, WebhookModuleOptions } from "./options.ts";

/** The receivers of an application, by the name of their webhook. */
export class WebhookReceivers {
  readonly #byName = new Map<string, Receiver>();

  constructor({ webhooks, ...shared }: WebhookModuleOptions) {
    if (!Array.isArray(webhooks) || webhooks.length === 0) {
      throw misused(
        "webhooks is missing or empty. List what you receive: WebhookModule.forRoot({ webhooks: [{ provider: paradym, secret }] }).",
      );
    }
    for (const webhook of webhooks as WebhookModuleOptions["webhooks"]) {
      const receiver = "oneOf" in webhook ? severalOf(webhook, shared) : oneWith(webhook, shared);
      const name = "oneOf" in webhook ? webhook.endpoint : nameOf(webhook);
      if (this.#byName.has(name)) {
        throw misused(
          `two webhooks are named ${JSON.stringify(name)}. Give one of them a name of its own, endpoint: "…", and put @Webhook("…") on its method.`,
        );
      }
      this.#byName.set(name, receiver);
    }
  }

  /**
   * Returns the receiver of a method.
   *
   * @param name what its `@Webhook()` names
   * @param method the method, as an error names it
   * @throws `config_invalid` where the module has no such webhook
   */
  of(name: string, method: string): Receiver {
    const receiver = this.#byName.get(name);
    if (receiver !== undefined) return receiver;
    throw misused(
      `${method} receives the webhook ${JSON.stringify(name)}, and WebhookModule has none of this name. Add { provider, secret } of that provider, or with that endpoint, to its webhooks. It has: ${[...this.#byName.keys()].join(", ")}.`,
    );
  }
}

type SharedOptions = Omit<WebhookModuleOptions, "webhooks">;

function oneWith(webhook: WebhookEndpoint, shared: SharedOptions): Receiver {
  return createReceiver(optionsOf(webhook, shared));
}

function severalOf(webhook: SeveralWebhooks, shared: SharedOptions): Receiver {
  const [unknown] = unknownOptions(webhook, ["endpoint", "oneOf"]);
  if (unknown !== undefined) throw misused(`beside oneOf: ${unknown}`);
  if (typeof webhook.endpoint !== "string" || !Array.isArray(webhook.oneOf)) {
    throw misused(
      'several webhooks at one URL need a name and a list: { endpoint: "hooks", oneOf: [{ provider: github, secret }, …] }.',
    );
  }
  const list = webhook.oneOf.map((one: WebhookEndpoint) => optionsOf(one, shared));
  return createReceiver(oneOf(list as [ReceiverOptions, ...ReceiverOptions[]]));
}

function optionsOf(webhook: WebhookEndpoint, shared: SharedOptions): ReceiverOptions<object> {
  // A receiver passes its own options to `onRejected`, whatever their events.
  return { ...shared, ...webhook } as ReceiverOptions<object>;
}

function nameOf({ endpoint, provider }: WebhookEndpoint): string {
  return endpoint ?? provider.name;
}
