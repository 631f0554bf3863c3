import type {
  Claim,
  EventsOf,
  OneOf,
  ReceivedEvent,
  ReceiverOptions,
  WebhookEvent,
} from "@countersign/core";
import type { FastifyInstance, FastifyReply, FastifyRequest, RegisterOptions } from "fastify";

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

/** The second argument of a handler. */
export interface FastifyContext {
  readonly claim: Claim;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Processes one event. It returns the reply's payload or a `Response`, answers through `reply`, or returns nothing: then its status, 200
 * unless it set another, is the answer.
 */
export type FastifyHandler<Event> = (event: Event, context: FastifyContext) => unknown;

/**
 * The handler of a provider's events, for one that stands by itself: `HandlerOf<typeof github>`. With a `schema`, its output is the second
 * parameter.
 *
 * @example
 * ```ts
 * import type { HandlerOf } from "@countersign/fastify";
 *
 * const onGitHub: HandlerOf<typeof github> = (event) => {
 *   if (event.type === "push") console.log(event.body.ref);
 * };
 * ```
 */
export type HandlerOf<Of extends object, Output = never> = FastifyHandler<
  ReceivedEvent<EventsOf<Of>, Output>
>;

/** The plugin's options: a receiver's, or those that `oneOf` makes, and those of a route where the plugin shall make one. */
export type FastifyWebhookOptions<
  Events extends object = Record<string, unknown>,
  Output = never,
> = (ReceiverOptions<Events, Output> | OneOf<Events>) & FastifyRouteOptions<Events, Output>;

/** The route that the plugin makes by itself. `path` and `handler` go together. */
interface FastifyRouteOptions<Events extends object, Output> {
  /** Makes a route for `handler`, or for an `inbox`, in a scope of its own: so the plugin may be registered at the root. `prefix` goes in front. */
  readonly path?: string | undefined;
  /** The methods of that route. Default `POST`. */
  readonly method?: string | string[] | undefined;
  readonly handler?: FastifyHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>> | undefined;
}
