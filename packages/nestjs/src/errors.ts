import { WebhookError } from "@countersign/core";

/** Makes the error of a module or a decorator that was used in the wrong way. */
export function misused(message: string): WebhookError {
  return new WebhookError("config_invalid", `@countersign/nestjs: ${message}`);
}
