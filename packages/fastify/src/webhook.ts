import { createReceiver, type EventOf, type Provider } from "@countersign/core";
import { checkHandler, hasInbox } from "@countersign/core/adapter";
import type { FastifyInstance, FastifyRequest, RegisterOptions } from "fastify";
import fastifyPlugin from "fastify-plugin";
import { misplaced } from "./misplaced.ts";
import { makeRoute } from "./route.ts";
import { install, isInstalled } from "./scope.ts";
import type { FastifyWebhookOptions, WebhookPlugin } from "./types.ts";

async function plugin<Events extends object, Output = never>(
  fastify: FastifyInstance,
  options: FastifyWebhookOptions<Events, Output>,
): Promise<void> {
  const { path, method, handler, prefix, logLevel, logSerializers, ...receiverOptions } =
    options as FastifyWebhookOptions<Events, Output> & RegisterOptions;
  const receiver = createReceiver<Events, Output>(receiverOptions);
  checkHandler(handler, hasInbox(receiver));
  const hasHandler = handler !== undefined || hasInbox(receiver);
  if (path === undefined ? handler !== undefined : !hasHandler) {
    throw misplaced(
      "path and handler go together: give both for a route (with an inbox the path alone), or neither for a scope.",
    );
  }
  if (isInstalled(fastify)) {
    throw misplaced("this scope has a webhook plugin already. Give each a scope of its own.");
  }
  if (path !== undefined) {
    const registered = Object.entries({ prefix, logLevel, logSerializers });
    // The plugin itself has no scope, so what Fastify takes for one is handed on to the scope of the route.
    await fastify.register(
      async (scope) => makeRoute(scope, receiver, { path, method, handler }),
      Object.fromEntries(registered.filter(([, value]) => value !== undefined)),
    );
    return;
  }
  if (prefix !== undefined) {
    throw misplaced(
      "prefix has no effect on the routes of the scope around it. Give it to that scope: app.register(async (scope) => { await scope.register(webhook, options); scope.post(…) }, { prefix }).",
    );
  }
  if (isRoot(fastify)) {
    throw misplaced(
      "registered at the root it would take every route of the application. Register it in a scope: " +
        "app.register(async (scope) => { await scope.register(webhook, options); scope.post(…) }), or give it a path and a handler.",
    );
  }
  install(fastify, receiver);
}

/**
 * The plugin. In a scope it makes all routes there webhook routes; with `path` and `handler` it makes one route.
 *
 * The event is at `request.webhook`, its claim at `request.webhookClaim`, its parsed body at `request.body`, where the route's own schema
 * validates it. Nothing gets past unverified, whatever its method or content type. The response is held until the claim is settled: a 2xx
 * completes it, anything else gives it back for the provider's retry. On routes of your own Fastify's `bodyLimit` holds as well as
 * `maxBodyBytes`.
 *
 * Rejects with `config_invalid` where an option can't work or the handler is not a function, or at the root without a path.
 *
 * @example
 * ```ts
 * app.register(webhook, { provider: paradym, secret, path: "/paradym", handler: async (event) => { await queue.add(event.body); } });
 *
 * app.register(async (scope) => {
 *   await scope.register(webhook, { provider: paradym, secret });
 *   scope.post("/paradym", async (request) => {
 *     const event = eventOf(request, paradym);
 *     if (event.type === "workflowExecution.failed") await notify(event.body.payload.error.message);
 *     return { ok: true };
 *   });
 * });
 * ```
 */
export const webhook: WebhookPlugin = Object.assign(
  fastifyPlugin(plugin, { fastify: ">=4.28.0 <6", name: "@countersign/fastify" }),
  { provides: "webhook" as const },
);

/**
 * Returns the verified event of a request, typed by its provider.
 *
 * @throws `config_invalid` where the request's route is not one of a webhook scope with this provider
 */
export function eventOf<Events extends object>(
  request: FastifyRequest,
  provider: Provider<Events>,
): EventOf<Events> {
  if (request.webhook?.provider === provider.name) return request.webhook as EventOf<Events>;
  throw misplaced(
    `the request has no event of ${provider.name}: register webhook with this provider in the scope of the route.`,
  );
}

/** A scope is made by `Object.create` from the one around it. */
function isRoot(fastify: FastifyInstance): boolean {
  const around = Object.getPrototypeOf(fastify) as Partial<FastifyInstance> | null;
  return typeof around?.register !== "function";
}
