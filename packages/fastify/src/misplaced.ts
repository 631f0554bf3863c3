import { WebhookError } from "@countersign/core";

/** Makes the error of a plugin that was registered, or asked, in the wrong place. */
export function misplaced(message: string): WebhookError {
  return new WebhookError("config_invalid", `@countersign/fastify: ${message}`);
}
