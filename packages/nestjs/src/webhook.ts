import type { AnyProvider } from "@countersign/core";
import { unknownOptions } from "@countersign/core/adapter";
import { HttpCode, SetMetadata, UseFilters, UseGuards, UseInterceptors } from "@nestjs/common";
import { WebhookAnswerFilter } from "./answer.ts";
import { misused } from "./errors.ts";
import { WebhookGuard } from "./guard.ts";
import { WebhookInterceptor } from "./interceptor.ts";
import { hasStatus, ROUTE, type WebhookRoute } from "./route.ts";

/**
 * Makes a controller's method the handler of a webhook: genuine deliveries reach it, each event once, and all others are answered.
 *
 * The method gets the event by `@WebhookEvent()`, its claim by `@WebhookClaim()`, and the parsed body also by `@Body()`. Nest answers with
 * what it returns: 200, unless `@HttpCode()` says otherwise. The response is held until the claim is settled: a 2xx completes it, anything
 * else, and whatever the method throws, gives it back for the provider's retry.
 *
 * Guards of the application and of the controller run before the delivery is verified; interceptors and pipes run for accepted deliveries
 * only. What is refused gets its answer past exception filters.
 *
 * @param provider the provider of one of the `webhooks` of `WebhookModule`
 * @param options `endpoint`: the name of that webhook, where the module has several of this provider
 * @throws `config_invalid` where an argument can't work. Where the module has no such webhook, the application fails at its start
 * @example
 * ```ts
 * import type { EventOf } from "@countersign/core";
 * import type { ParadymEvents } from "@countersign/core/providers";
 * import { Controller, Post } from "@nestjs/common";
 *
 * @Controller()
 * class ParadymController {
 *   @Post("paradym")
 *   @Webhook(paradym)
 *   async received(@WebhookEvent() event: EventOf<ParadymEvents>): Promise<void> {
 *     if (event.type === "workflowExecution.failed") await notify(event.body.payload.error.message);
 *   }
 * }
 * ```
 */
export function Webhook(
  provider: AnyProvider,
  options: { readonly endpoint?: string | undefined } = {},
): MethodDecorator {
  if (typeof provider?.name !== "string") {
    throw misused(
      'the argument of @Webhook() is no provider. Import one from "@countersign/core/providers", or pass what defineProvider() returned.',
    );
  }
  const [unknown] = unknownOptions(options, ["endpoint"]);
  if (unknown !== undefined) throw misused(`@Webhook(): ${unknown}`);
  const route: WebhookRoute = {
    provider: provider.name,
    endpoint: options.endpoint ?? provider.name,
  };
  const decorators = [
    SetMetadata(ROUTE, route),
    UseGuards(WebhookGuard),
    UseInterceptors(WebhookInterceptor),
    UseFilters(WebhookAnswerFilter),
  ];
  return (target, name, descriptor) => {
    if (typeof descriptor?.value !== "function") {
      throw misused("@Webhook() belongs on a method of a controller, beside @Post().");
    }
    // In place of Nest's 201 for a POST.
    if (!hasStatus(descriptor.value)) HttpCode(200)(target, name, descriptor);
    for (const decorate of decorators) decorate(target, name, descriptor);
  };
}
