import {
  type Claim,
  createReceiver,
  type OneOf,
  type ReceivedEvent,
  type ReceiverOptions,
  WebhookError,
} from "@countersign/core";
import {
  checkHandler,
  hasInbox,
  isPending,
  runHandler,
  successStatus,
  warnOnce,
} from "@countersign/core/adapter";
import { answerReturned, holdResponse, sendAnswer, sourceOf, thrownError } from "@countersign/node";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { asDictionary } from "./dictionary-mode.ts";
import { isAsyncRouteOfExpress4, UNSEEN_REJECTION } from "./express4.ts";
import { sourceOptions } from "./source-options.ts";
import type { ExpressHandler, WebhookMiddleware } from "./types.ts";

/**
 * Lets genuine deliveries through, each event once, and answers all others.
 *
 * The event is at `req.webhook`, its claim at `req.webhookClaim`, its parsed body also at `req.body`. The response is held until the claim
 * is settled: a 2xx completes it, anything else gives it back for the provider's retry. Errors go to `next(error)`.
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
  options: ReceiverOptions<Events, Output> | OneOf<Events>,
  handler?: ExpressHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): WebhookMiddleware<ReceivedEvent<Events, Output>> {
  type Event = ReceivedEvent<Events, Output>;
  const receiver = createReceiver(options);
  checkHandler(handler, hasInbox(receiver));
  // A property of the claim. No WeakMap: V8 keeps what such a map leads to until the next full collection. Nor one of the request, where
  // each costs some microseconds, since Express gives every request a prototype of its own.
  const accepted = Symbol("countersign.accepted");
  const acceptedBy = (req: Request): Accepted<Event> =>
    (req.webhookClaim as AcceptedClaim<Event> | undefined)?.[accepted] ?? refuse();

  async function receive(req: Request, res: Response, next: NextFunction): Promise<void> {
    asDictionary(req, "res");
    asDictionary(res, "req");
    const receipt = await receiver.receiveFrom(sourceOf(req, sourceOptions(req)));
    if (receipt.status !== "accepted") {
      sendAnswer(req, res, receipt.response);
      return;
    }
    const { event, claim } = receipt;
    (claim as AcceptedClaim<Event>)[accepted] = receipt;
    req.webhook = event;
    req.webhookClaim = claim;
    req.body = event.body;
    const held = holdResponse(res, claim);
    if (!res.headersSent) res.statusCode = successStatus(receiver);
    if (handler === undefined) {
      if (isAsyncRouteOfExpress4(req)) warnOnce(receiver, UNSEEN_REJECTION);
      runHandler(claim, next);
      return;
    }
    try {
      const returned = runHandler(claim, () => handler(event, { claim, req, res }));
      await answerReturned(receiver, res, isPending(returned) ? await returned : returned);
    } catch (cause) {
      const error = thrownError(cause);
      // Before the response settles the claim, so that the receipt names the cause.
      await claim.release(error);
      throw error;
    }
    held.handled();
  }

  const middleware: RequestHandler = (req, res, next) => {
    receive(req, res, next).catch(next);
  };
  return Object.assign(middleware, {
    event: (req: Request) => acceptedBy(req).event,
    claim: (req: Request) => acceptedBy(req).claim,
  });
}

/** The event and claim of a request that a middleware let through. */
interface Accepted<Event> {
  readonly event: Event;
  readonly claim: Claim;
}

/** A claim with what led to it, under a symbol of the middleware that let it through. */
type AcceptedClaim<Event> = Claim & Record<symbol, Accepted<Event> | undefined>;

function refuse(): never {
  throw new WebhookError(
    "config_invalid",
    "This request did not come through this webhook() middleware: put it in front of the route, and ask the same one for the event.",
  );
}
