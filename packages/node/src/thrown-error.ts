import { WebhookError } from "@countersign/core";

/** What a handler threw; an error where that was nothing at all, which to a framework is no error. */
export function thrownError(cause: unknown): unknown {
  return cause ?? new WebhookError("handler_failed", "The handler threw nothing at all.");
}
