import type { AbstractHttpAdapter } from "@nestjs/core";
import { type FastifyServer, relabelBodies } from "./relabel-bodies.ts";
import { webhookOf } from "./route.ts";
import { type ExpressApplication, skipParsers } from "./skip-parsers.ts";
import { wrapMethod } from "./wrap-method.ts";

/** The methods of Nest's adapters that make a route for `@Get()`, `@Post()` and their like. */
const ROUTE_METHODS = ["all", "delete", "get", "head", "options", "patch", "post", "put"];

const prepared = new WeakSet<AbstractHttpAdapter>();

/**
 * Keeps the body parsers of an application away from the routes with `@Webhook()`. They run before anybody has seen the headers, leave no
 * raw bytes, and answer by themselves what they don't understand.
 *
 * Called before Nest registers parsers and routes.
 */
export function leaveBodiesUnread(adapter: AbstractHttpAdapter): void {
  if (prepared.has(adapter)) return;
  prepared.add(adapter);
  const instance: unknown = adapter.getInstance();
  const makeWebhook =
    adapter.getType() === "fastify"
      ? relabelBodies(instance as FastifyServer)
      : skipParsers(adapter, instance as ExpressApplication);
  for (const name of ROUTE_METHODS) {
    wrapMethod(adapter, name, (make, handler) => {
      const isWebhook = typeof handler === "function" && webhookOf(handler) !== undefined;
      return isWebhook ? makeWebhook(make) : make();
    });
  }
}
