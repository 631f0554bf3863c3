import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Claim,
  createReceiver,
  type ReceivedEvent,
  type ReceiverOptions,
  WebhookError,
} from "@countersign/core";
import { answerTo, answerToError, checkHandler } from "@countersign/core/adapter";
import { sourceOf } from "./delivery-source.ts";
import { holdResponse } from "./hold-response.ts";
import { sendAnswer } from "./send-answer.ts";

/** What a handler gets beside the event. */
export interface NodeContext {
  readonly claim: Claim;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** Processes one event; answers through `res`, or returns without one: then its status, 200 unless it set another, is the answer. */
export type NodeHandler<Event> = (event: Event, context: NodeContext) => unknown;

/**
 * A listener for `node:http`: verifies, runs the handler once for each event, and answers.
 *
 * @param options see `ReceiverOptions`
 * @param handler processes one event. Returns without an answer: 200, or the status it set. Throws: 500, and the provider's retry is processed.
 * @throws `config_invalid` where an option can't work, or the handler is not a function
 * @example
 * ```ts
 * http.createServer(webhook({ provider: github, secret }, async (event) => { await queue.add(event.body); })).listen(3000);
 * ```
 */
export function webhook<Events extends object, Output = never>(
  options: ReceiverOptions<Events, Output>,
  handler: NodeHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const receiver = createReceiver(options);
  checkHandler(handler ?? null);
  return async (req, res) => {
    const receipt = await receiver.receiveFrom(sourceOf(req, receiver.limits));
    if (receipt.status !== "accepted") {
      sendAnswer(req, res, answerTo(receipt, receiver));
      return;
    }
    const { event, claim } = receipt;
    const held = holdResponse(res, claim);
    try {
      await handler(event, { claim, req, res });
      if (!res.headersSent) res.end();
    } catch (cause) {
      // Before the response ends it: so that the receipt names the cause.
      await claim.release(cause);
      const error = new WebhookError("handler_failed", "The handler threw.", { cause });
      if (!res.headersSent) sendAnswer(req, res, answerToError(error, receiver));
      else if (!res.writableEnded) res.destroy();
      return;
    }
    held.handled();
  };
}
