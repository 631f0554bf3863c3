import type { Claim, WebhookEvent as Event } from "@countersign/core";
import { createParamDecorator, type ExecutionContext } from "@nestjs/common";
import { misused } from "./errors.ts";
import type { PlatformRequest } from "./platform.ts";

/**
 * Gives a parameter the verified event, on a method with `@Webhook()`. Declare the parameter as `EventOf<ParadymEvents>`, with the
 * provider of the method.
 */
export const WebhookEvent: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Event => {
    const { webhook } = context.switchToHttp().getRequest<PlatformRequest>();
    return webhook ?? missing("@WebhookEvent()", context);
  },
);

/**
 * Gives a parameter the event's claim, on a method with `@Webhook()`: for `claim.signal`, `claim.waitUntil` and `claim.completeIn`. The
 * response settles it by itself.
 */
export const WebhookClaim: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Claim => {
    const { webhookClaim } = context.switchToHttp().getRequest<PlatformRequest>();
    return webhookClaim ?? missing("@WebhookClaim()", context);
  },
);

function missing(decorator: string, context: ExecutionContext): never {
  throw misused(
    `${decorator} has nothing to give: put @Webhook(provider) on ${context.getClass().name}.${context.getHandler().name}.`,
  );
}
