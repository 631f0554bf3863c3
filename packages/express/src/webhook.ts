import {
  type Claim,
  createReceiver,
  type ReceivedEvent,
  type ReceiverOptions,
  type WebhookEvent,
  WebhookError,
} from "@countersign/core";
import { answerTo, checkHandler } from "@countersign/core/adapter";
import { holdResponse, sendAnswer, sourceOf, thrownError } from "@countersign/node";
import type { NextFunction, Request, RequestHandler, Response } from "express";

declare global {
  // The place that Express gives for additions to its request.
  // oxlint-disable-next-line typescript/no-namespace
  namespace Express {
    interface Request {
      /** The verified event, behind `webhook()`. For its exact type use the middleware's `event(req)`. */
      webhook?: WebhookEvent;
    }
  }
}

/** What a handler gets beside the event. */
export interface ExpressContext {
  readonly claim: Claim;
  readonly req: Request;
  readonly res: Response;
}

/**
 * Processes one event; answers through `res`, or returns without one: then its status, 200 unless it set another, is the
 * answer. What answers later than it returns (`res.sendFile`, a pipe) has to be awaited, or belongs into a route behind the
 * middleware.
 */
export type ExpressHandler<Event> = (event: Event, context: ExpressContext) => unknown;

/** The middleware, with typed access to what it found out. */
export interface WebhookMiddleware<Event> extends RequestHandler {
  /**
   * The verified event of a request, typed by the provider.
   *
   * @throws `config_invalid` where the request did not come through this middleware
   */
  event(req: Request): Event;
  /**
   * Its claim, for `claim.signal` and `claim.completeIn`. The response settles it by itself.
   *
   * @throws `config_invalid` where the request did not come through this middleware
   */
  claim(req: Request): Claim;
}

/**
 * Lets genuine deliveries through, each event once, and answers all others.
 *
 * The event is at `req.webhook`, its parsed body also at `req.body`. The response is held until the claim is settled: a 2xx completes it,
 * anything else gives it back for the provider's retry. Errors go to `next(error)`.
 *
 * @param options see `ReceiverOptions`
 * @param handler processes the event in place of further middleware
 * @throws `config_invalid` where an option can't work, or the handler is not a function
 * @example
 * ```ts
 * app.post("/paradym", webhook({ provider: paradym, secret }, async (event) => {
 *   if (event.type === "workflowExecution.failed") await notify(event.body.payload.error.message);
 * }));
 * ```
 */
export function webhook<Events extends object, Output = never>(
  options: ReceiverOptions<Events, Output>,
  handler?: ExpressHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): WebhookMiddleware<ReceivedEvent<Events, Output>> {
  type Event = ReceivedEvent<Events, Output>;
  const receiver = createReceiver(options);
  checkHandler(handler);
  const accepted = new WeakMap<Request, { readonly event: Event; readonly claim: Claim }>();

  async function handle(req: Request, res: Response, next: NextFunction): Promise<void> {
    const receipt = await receiver.receiveFrom(sourceOf(req, receiver.limits, { url: urlOf(req) }));
    if (receipt.status !== "accepted") {
      sendAnswer(req, res, answerTo(receipt, receiver));
      return;
    }
    const { event, claim } = receipt;
    accepted.set(req, receipt);
    req.webhook = event;
    req.body = event.body;
    const held = holdResponse(res, claim);
    if (handler === undefined) {
      next();
      return;
    }
    try {
      await handler(event, { claim, req, res });
      if (!res.headersSent) res.end();
    } catch (cause) {
      const error = thrownError(cause);
      // Before the error's own answer does: so that the receipt names the cause.
      await claim.release(error);
      throw error;
    }
    held.handled();
  }

  function of(req: Request): { readonly event: Event; readonly claim: Claim } {
    const found = accepted.get(req);
    if (found !== undefined) return found;
    throw new WebhookError(
      "config_invalid",
      "This request did not come through this webhook() middleware: put it in front of the route, and ask the same one for the event.",
    );
  }

  const middleware: RequestHandler = (req, res, next) => {
    handle(req, res, next).catch(next);
  };
  return Object.assign(middleware, {
    event: (req: Request) => of(req).event,
    claim: (req: Request) => of(req).claim,
  });
}

/** With `originalUrl`: the path as the sender called it, also in a mounted router. */
function urlOf(req: Request): string {
  return `${req.protocol}://${hostOf(req)}${req.originalUrl}`;
}

/** With the port, which Express 4 leaves out of `req.host`; from a proxy where the application trusts it. */
function hostOf({ app, headers, socket }: Request): string {
  const { host = "localhost", "x-forwarded-host": forwarded } = headers;
  if (typeof forwarded !== "string") return host;
  const trusts = app.get("trust proxy fn") as (address: string | undefined, hop: number) => boolean;
  return (trusts(socket.remoteAddress, 0) && forwarded.split(",")[0]?.trim()) || host;
}
