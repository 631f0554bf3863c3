import type { AnyProvider } from "@countersign/core";
import { HttpCode, SetMetadata, UseFilters, UseGuards, UseInterceptors } from "@nestjs/common";
import { WebhookAnswerFilter } from "./answer.ts";
import { misused } from "./errors.ts";
import { WebhookGuard } from "./guard.ts";
import { WebhookInterceptor } from "./interceptor.ts";
import { hasStatus, WEBHOOK } from "./route.ts";

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
 * @param webhook one of the `webhooks` of `WebhookModule`: its provider, or its `endpoint`
 * @throws `config_invalid` where it is neither. Where the module has no such webhook, the application fails at its start
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
export function Webhook(webhook: AnyProvider | string): MethodDecorator {
  const decorators = [
    SetMetadata(WEBHOOK, nameOf(webhook)),
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

function nameOf(webhook: AnyProvider | string): string {
  const name: unknown = typeof webhook === "string" ? webhook : webhook?.name;
  if (typeof name === "string") return name;
  throw misused(
    'the argument of @Webhook() is neither a provider nor a name. Import a preset from "@countersign/core/providers", or pass what defineProvider() returned.',
  );
}
