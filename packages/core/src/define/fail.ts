import type { ProviderDefinition } from "../scheme/definition.ts";
import { configError, type WebhookError } from "../base/errors.ts";

/** Makes the error of one definition, with its name in front. */
export type Fail = (message: string) => WebhookError;

/** The {@link Fail} of a definition. */
export function failureOf({ name }: ProviderDefinition): Fail {
  return (message) => configError(`${name}: ${message}`);
}
