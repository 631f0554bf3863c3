import { WebhookError } from "@countersign/core";

/** An error in the sender's own configuration, or in what the caller passed. */
export function configError(message: string): WebhookError {
  return new WebhookError("config_invalid", message);
}
