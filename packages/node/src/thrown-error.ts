import { WebhookError } from "@countersign/core";

/** Returns what a handler threw, or an error in place of `undefined` and `null`, which frameworks take for no error. */
export function thrownError(cause: unknown): unknown {
  return cause ?? new WebhookError("handler_failed", "The handler threw nothing at all.");
}
