import { Reflector } from "@nestjs/core";

/** Names the webhook that a method receives. */
export interface WebhookRoute {
  readonly provider: string;
  readonly endpoint: string;
}

/** One key for all copies of this package: decorators and module may come from different ones. */
export const ROUTE: unique symbol = Symbol.for("countersign.nestjs.route") as never;

/** Where Nest keeps the argument of `@HttpCode()`. */
const HTTP_CODE = "__httpCode__";

type Method = Parameters<Reflector["get"]>[1];

const reflector = new Reflector();

/** Returns the webhook of a method; undefined where it has no `@Webhook()`. Nest copies what is known of a method to its routes' handlers. */
export function routeOf(method: Method): WebhookRoute | undefined {
  return reflector.get<WebhookRoute | undefined>(ROUTE, method);
}

/** Tells whether `@HttpCode()` is below on the same method. */
export function hasStatus(method: Method): boolean {
  return reflector.get<number | undefined>(HTTP_CODE, method) !== undefined;
}
