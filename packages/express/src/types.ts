import type { Claim, EventsOf, ReceivedEvent, WebhookEvent } from "@countersign/core";
import type { Request, RequestHandler, Response } from "express";

declare global {
  // Express provides this place for additions to its request.
  // oxlint-disable-next-line typescript/no-namespace
  namespace Express {
    interface Request {
      /** The verified event, behind `webhook()`. For its exact type use the middleware's `event(req)`. */
      webhook?: WebhookEvent;
      /** Its claim, for `claim.signal` and `claim.completeIn`. The response settles it by itself. */
      webhookClaim?: Claim;
    }
  }
}

/** The second argument of a handler. */
export interface ExpressContext {
  readonly claim: Claim;
  readonly req: Request;
  readonly res: Response;
}

/**
 * Processes one event. It answers through `res`, returns a `Response`, or returns nothing: then its status, 200 unless it set another, is
 * the answer. What answers later than it returns (`res.sendFile`, a pipe) has to be awaited, or belongs into a route behind the
 * middleware.
 */
export type ExpressHandler<Event> = (event: Event, context: ExpressContext) => unknown;

/**
 * The handler of a provider's events, for one that stands by itself: `HandlerOf<typeof github>`. With a `schema`, its output is the second
 * parameter.
 *
 * @example
 * ```ts
 * import type { HandlerOf } from "@countersign/express";
 *
 * const onGitHub: HandlerOf<typeof github> = (event) => {
 *   if (event.type === "push") console.log(event.body.ref);
 * };
 * ```
 */
export type HandlerOf<Of extends object, Output = never> = ExpressHandler<
  ReceivedEvent<EventsOf<Of>, Output>
>;

/** The middleware, with typed access to what it found out. */
export interface WebhookMiddleware<Event> extends RequestHandler {
  /**
   * Returns the verified event of a request, typed by the provider.
   *
   * @throws `config_invalid` where the request did not come through this middleware
   */
  event(req: Request): Event;
  /**
   * Returns its claim, for `claim.signal` and `claim.completeIn`. The response settles it by itself.
   *
   * @throws `config_invalid` where the request did not come through this middleware
   */
  claim(req: Request): Claim;
}
