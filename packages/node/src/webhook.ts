import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Claim,
  createReceiver,
  type EventsOf,
  type OneOf,
  type ReceivedEvent,
  type ReceiverOptions,
} from "@countersign/core";
import {
  answerToFailure,
  checkHandler,
  hasInbox,
  runHandler,
  successStatus,
} from "@countersign/core/adapter";
import { sourceOf } from "./delivery-source.ts";
import { holdResponse } from "./hold-response.ts";
import { sendAnswer } from "./send-answer.ts";
import { answerReturned } from "./send-response.ts";
import { thrownError } from "./thrown-error.ts";

/** The second argument of a handler. */
export interface NodeContext {
  readonly claim: Claim;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** Processes one event. It answers through `res`, returns a `Response`, or returns nothing: then its status, 200 unless it set another, is the answer. */
export type NodeHandler<Event> = (event: Event, context: NodeContext) => unknown;

/**
 * The handler of a provider's events, for one that stands by itself: `HandlerOf<typeof github>`. With a `schema`, its output is the second
 * parameter.
 *
 * @example
 * ```ts
 * import type { HandlerOf } from "@countersign/node";
 *
 * const onGitHub: HandlerOf<typeof github> = (event) => {
 *   if (event.type === "push") console.log(event.body.ref);
 * };
 * ```
 */
export type HandlerOf<Of extends object, Output = never> = NodeHandler<
  ReceivedEvent<EventsOf<Of>, Output>
>;

/**
 * A listener for `node:http`: verifies, runs the handler once for each event, and answers.
 *
 * @param options see `ReceiverOptions`
 * @param handler processes one event; left out with an `inbox`. Where it throws, the sender gets 500, and its retry is processed
 * @throws `config_invalid` where an option can't work, or the handler is not a function
 * @example
 * ```ts
 * http.createServer(webhook({ provider: github, secret }, async (event) => { await queue.add(event.body); })).listen(3000);
 * ```
 */
export function webhook<Events extends object, Output = never>(
  options: ReceiverOptions<Events, Output> | OneOf<Events>,
  handler?: NodeHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const receiver = createReceiver(options);
  checkHandler(handler ?? (hasInbox(receiver) ? undefined : null), hasInbox(receiver));
  return async (req, res) => {
    const receipt = await receiver.receiveFrom(sourceOf(req));
    if (receipt.status !== "accepted") {
      sendAnswer(req, res, receipt.response);
      return;
    }
    const { event, claim } = receipt;
    const held = holdResponse(res, claim);
    if (!res.headersSent) res.statusCode = successStatus(receiver);
    try {
      const returned = await runHandler(claim, () => handler?.(event, { claim, req, res }));
      await answerReturned(receiver, res, returned);
    } catch (cause) {
      // Before the response settles the claim, so that the receipt names the cause.
      await claim.release(thrownError(cause));
      if (!res.headersSent) sendAnswer(req, res, answerToFailure(receiver, cause));
      else if (!res.writableEnded) res.destroy();
      return;
    }
    held.handled();
  };
}
