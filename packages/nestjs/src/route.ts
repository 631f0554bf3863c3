import { Reflector } from "@nestjs/core";

/** One key for all copies of this package: decorators and module may come from different ones. */
export const WEBHOOK: unique symbol = Symbol.for("countersign.nestjs.webhook") as never;

/** Where Nest keeps the argument of `@HttpCode()`. */
const HTTP_CODE = "__httpCode__";

type Method = Parameters<Reflector["get"]>[1];

const reflector = new Reflector();

/**
 * Returns the name of the webhook that a method receives; undefined where it has no `@Webhook()`.
 *
 * @param method the method, or the handler of its route, to which Nest copies what is known of it
 */
export function webhookOf(method: Method): string | undefined {
  return reflector.get<string | undefined>(WEBHOOK, method);
}

/** Tells whether `@HttpCode()` is below on the same method. */
export function hasStatus(method: Method): boolean {
  return reflector.get<number | undefined>(HTTP_CODE, method) !== undefined;
}
