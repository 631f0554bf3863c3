import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  Global,
  Inject,
  Module,
  type OnModuleInit,
} from "@nestjs/common";
import { DiscoveryModule, DiscoveryService, HttpAdapterHost, MetadataScanner } from "@nestjs/core";
import type { WebhookModuleOptions } from "./options.ts";
import { WebhookReceivers } from "./receivers.ts";
import { webhookOf } from "./route.ts";
import { leaveBodiesUnread } from "./unread-bodies.ts";

const configurable: {
  readonly ConfigurableModuleClass: ConfigurableModuleCls<WebhookModuleOptions, "forRoot">;
  readonly MODULE_OPTIONS_TOKEN: string | symbol;
} = new ConfigurableModuleBuilder<WebhookModuleOptions>({ moduleName: "Webhook" })
  .setClassMethodName("forRoot")
  .build();

const ConfigurableModule: ConfigurableModuleCls<WebhookModuleOptions, "forRoot"> =
  configurable.ConfigurableModuleClass;

/**
 * The webhooks of an application: what `@Webhook()` looks up. Import it once, in the root module; it is global.
 *
 * Nest's body parsers skip the routes with `@Webhook()`, whose signature covers the raw bytes; no setting of the application is needed.
 *
 * The application fails at its start with `config_invalid` where an option can't work, or where a method's `@Webhook()` names none of
 * the `webhooks`.
 *
 * @example
 * ```ts
 * import { Module } from "@nestjs/common";
 *
 * @Module({ imports: [WebhookModule.forRoot({ webhooks: [{ provider: paradym, secret }] })] })
 * class AppModule {}
 * ```
 */
export class WebhookModule extends ConfigurableModule implements OnModuleInit {
  readonly #receivers: WebhookReceivers;
  readonly #discovery: DiscoveryService;

  constructor(
    receivers: WebhookReceivers,
    discovery: DiscoveryService,
    adapterHost: HttpAdapterHost,
  ) {
    super();
    this.#receivers = receivers;
    this.#discovery = discovery;
    adapterHost.init$.subscribe(() => leaveBodiesUnread(adapterHost.httpAdapter));
  }

  /** Fails where a `@Webhook()` names a webhook that the module has not: at the start, rather than at the first delivery. */
  onModuleInit(): void {
    const scanner = new MetadataScanner();
    for (const { metatype } of this.#discovery.getControllers()) {
      const prototype: unknown = metatype?.prototype;
      if (typeof prototype !== "object" || prototype === null) continue;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const method: unknown = Reflect.get(prototype, name);
        const webhook = typeof method === "function" ? webhookOf(method) : undefined;
        if (webhook !== undefined) this.#receivers.of(webhook, `${metatype?.name}.${name}`);
      }
    }
  }
}

Global()(WebhookModule);
Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: WebhookReceivers,
      inject: [configurable.MODULE_OPTIONS_TOKEN],
      useFactory: (options: WebhookModuleOptions) => new WebhookReceivers(options),
    },
  ],
  exports: [WebhookReceivers],
})(WebhookModule);
[WebhookReceivers, DiscoveryService, HttpAdapterHost].forEach((token, index) =>
  Inject(token)(WebhookModule, undefined, index),
);
