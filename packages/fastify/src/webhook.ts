import type { Readable } from "node:stream";
import {
  type Claim,
  createReceiver,
  type EventOf,
  isWebhookError,
  type Provider,
  type ReceivedEvent,
  type Receiver,
  type ReceiverOptions,
  type WebhookEvent,
  WebhookError,
} from "@countersign/core";
import { answerTo, checkHandler } from "@countersign/core/adapter";
import { type HeldResponse, holdResponse, leaveUnread, sourceOf } from "@countersign/node";
import type { FastifyInstance, FastifyReply, FastifyRequest, RegisterOptions } from "fastify";
import fastifyPlugin from "fastify-plugin";

declare module "fastify" {
  interface FastifyRequest {
    /** The verified event, on the routes of a scope with `webhook`. For its exact type use `eventOf(request, provider)`. */
    webhook?: WebhookEvent;
    /** Its claim, for `claim.signal` and `claim.completeIn`. The response settles it by itself. */
    webhookClaim?: Claim;
  }

  // Fastify's own signature for a plugin with options can't infer the provider's events from them.
  // oxlint-disable-next-line no-unused-vars -- the parameters have to be those of Fastify
  interface FastifyRegister<T, RawServer, TypeProviderDefault, LoggerDefault> {
    <Events extends object, Output = never>(
      plugin: WebhookPlugin,
      opts: RegisterOptions & FastifyWebhookOptions<Events, Output>,
    ): T;
  }
}

/** The type of the plugin. */
export interface WebhookPlugin {
  <Events extends object, Output = never>(
    fastify: FastifyInstance,
    options: FastifyWebhookOptions<Events, Output>,
  ): Promise<void>;
  readonly provides: "webhook";
}

/** What a handler gets beside the event. */
export interface FastifyContext {
  readonly claim: Claim;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Processes one event; returns the reply's payload or answers through `reply`, or returns without one: then its status, 200 unless it set
 * another, is the answer.
 */
export type FastifyHandler<Event> = (event: Event, context: FastifyContext) => unknown;

/** The plugin's options: a receiver's, and a route's where the plugin shall make one. */
export interface FastifyWebhookOptions<
  Events extends object = Record<string, unknown>,
  Output = never,
> extends ReceiverOptions<Events, Output> {
  /** Makes a route of its own for `handler`, in a scope of its own: so the plugin may be registered at the root. */
  readonly path?: string | undefined;
  /** The methods of that route. Default `POST`. */
  readonly method?: string | string[] | undefined;
  readonly handler?: FastifyHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>> | undefined;
}

const ADVICE =
  "In Fastify register webhook in a scope of its own, without further content type parsers in it: app.register(async (scope) => { await scope.register(webhook, …); scope.post(…) }).";

const INSTALLED = Symbol("countersign");

async function plugin<Events extends object, Output = never>(
  fastify: FastifyInstance,
  options: FastifyWebhookOptions<Events, Output>,
): Promise<void> {
  const {
    path,
    method = "POST",
    handler,
    // Fastify's own, which it passes on.
    prefix: _prefix,
    logLevel: _logLevel,
    logSerializers: _logSerializers,
    ...receiverOptions
  } = options as FastifyWebhookOptions<Events, Output> & RegisterOptions;
  const receiver = createReceiver<Events, Output>(receiverOptions);
  checkHandler(handler);
  if ((path === undefined) !== (handler === undefined)) {
    throw misplaced("path and handler go together: give both for a route, or neither for a scope.");
  }
  if (fastify.hasDecorator(INSTALLED)) {
    throw misplaced("this scope has a webhook plugin already. Give each a scope of its own.");
  }
  if (path === undefined || handler === undefined) {
    if (isRoot(fastify)) {
      throw misplaced(
        "registered at the root it would take every route of the application. Register it in a scope: " +
          "app.register(async (scope) => { await scope.register(webhook, options); scope.post(…) }), or give it a path and a handler.",
      );
    }
    install(fastify, receiver);
    return;
  }
  await fastify.register(async (scope) => {
    install(scope, receiver);
    scope.route({
      method,
      url: path,
      // In place of the server's, 1 MiB unless set: some providers send more, and none sends again after a 413.
      bodyLimit: receiver.limits.maxBodyBytes,
      handler: async (request, reply) => {
        const { webhook: event, webhookClaim: claim } = request;
        if (event === undefined || claim === undefined) throw new Error("not verified");
        // `reply.sent` tells it too late: only when every onSend hook is through.
        let isAnswered = false;
        const send = reply.send.bind(reply);
        reply.send = (payload?: unknown) => {
          isAnswered = true;
          return send(payload);
        };
        const result = await handler(event as never, { claim, request, reply });
        if (isAnswered || reply.sent) return reply;
        // `undefined` would be taken for an answer that is still to come.
        return result ?? reply.send();
      },
    });
  });
}

/**
 * The plugin. In a scope it makes all routes there webhook routes; with `path` and `handler` it makes one route.
 *
 * The event is at `request.webhook`, its parsed body at `request.body`, where the route's own schema validates it. Nothing gets past
 * unverified, whatever its method or content type. The response is held until the claim is settled: a 2xx completes it, anything else gives
 * it back for the provider's retry. On routes of your own Fastify's `bodyLimit` holds as well as `maxBodyBytes`.
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
 * The verified event of a request, typed by its provider.
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

function install(scope: FastifyInstance, receiver: Receiver): void {
  const payloads = new WeakMap<FastifyRequest, Readable>();
  const responses = new WeakMap<FastifyRequest, HeldResponse>();
  scope.decorate(INSTALLED, true);
  for (const name of ["webhook", "webhookClaim"]) {
    if (!scope.hasRequestDecorator(name)) scope.decorateRequest(name);
  }

  // Nothing is read before the headers are checked: the parsers only take note of where the body is.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (request, payload, done) => {
    payloads.set(request, payload);
    done(null);
  });

  scope.addHook("preValidation", async (request, reply) => {
    const bodyLimit = request.routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY;
    const limits = {
      ...receiver.limits,
      maxBodyBytes: Math.min(receiver.limits.maxBodyBytes, bodyLimit),
    };
    // With the port, and from a proxy where `trustProxy` says so. Fastify 4 calls it `hostname`.
    const host = (request as Partial<FastifyRequest>).host ?? request.hostname;
    const source = sourceOf(request.raw, limits, {
      url: `${request.protocol}://${host || "localhost"}${request.originalUrl}`,
      parsed: request,
      stream: payloads.get(request),
      advice: ADVICE,
    });
    const receipt = await receiver.receiveFrom({
      ...source,
      readBody: () =>
        source.readBody().catch((error: unknown) => {
          const isServersLimit =
            isWebhookError(error) &&
            error.code === "body_too_large" &&
            bodyLimit < receiver.limits.maxBodyBytes;
          throw isServersLimit ? overBodyLimit(bodyLimit) : error;
        }),
    });
    if (reply.sent) {
      // Something else has answered while the body came, and Fastify runs no handler any more.
      if (receipt.status === "accepted") await receipt.claim.release();
      return reply;
    }
    if (receipt.status !== "accepted") {
      const answer = answerTo(receipt, receiver);
      leaveUnread(request.raw, reply.raw, answer.status);
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    }
    request.webhook = receipt.event;
    request.webhookClaim = receipt.claim;
    request.body = receipt.event.body;
    responses.set(request, holdResponse(reply.raw, receipt.claim));
  });

  scope.addHook("onError", async (request, _reply, error) => {
    await request.webhookClaim?.release(error);
  });
  scope.addHook("onSend", async (request, _reply, payload) => {
    responses.get(request)?.handled(payload);
  });
}

/** A scope is made by `Object.create` from the one around it. */
function isRoot(fastify: FastifyInstance): boolean {
  const around = Object.getPrototypeOf(fastify) as Partial<FastifyInstance> | null;
  return typeof around?.register !== "function";
}

function overBodyLimit(bodyLimit: number): WebhookError {
  return new WebhookError(
    "body_too_large",
    `The body is larger than ${bodyLimit} bytes, the bodyLimit of this route or of the server, which is below maxBodyBytes. If the provider really sends such bodies, raise it: scope.post(path, { bodyLimit }, handler).`,
  );
}

function misplaced(message: string): WebhookError {
  return new WebhookError("config_invalid", `@countersign/fastify: ${message}`);
}
