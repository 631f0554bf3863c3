import {
  type Claim,
  createReceiver,
  type ReceivedEvent,
  type ReceiverOptions,
} from "@countersign/core";
import { answerTo, checkHandler } from "@countersign/core/adapter";
import { holdResponse, leaveUnread, sourceOf, thrownError } from "@countersign/node";
import type { Context, Middleware } from "koa";

/** What the middleware adds to `ctx.state`. */
export interface WebhookState<Event> {
  /** The verified event. */
  webhook: Event;
  /** Its claim, for `claim.signal` and `claim.completeIn`. The response settles it by itself. */
  webhookClaim: Claim;
}

/** What a handler gets beside the event. */
export interface KoaContext {
  readonly claim: Claim;
  readonly ctx: Context;
}

/** Processes one event; answers through `ctx`, or returns without one: then its status, 200 unless it set another, is the answer. */
export type KoaHandler<Event> = (event: Event, context: KoaContext) => unknown;

const ADVICE =
  "In Koa put the webhook route before app.use(bodyParser()), or use a parser that keeps the bytes in ctx.request.rawBody.";

/**
 * Lets genuine deliveries through, each event once, and answers all others.
 *
 * The event is at `ctx.state.webhook`, its parsed body also at `ctx.request.body`. The response is held until the claim is settled: a 2xx
 * completes it, anything else, and whatever the rest of the chain throws, gives it back for the provider's retry. Where nothing sets a
 * status or a body the answer is 200.
 *
 * @param options see `ReceiverOptions`
 * @param handler processes the event in place of further middleware
 * @throws `config_invalid` where an option can't work, or the handler is not a function
 * @example
 * ```ts
 * router.post("/paradym", webhook({ provider: paradym, secret }), async (ctx) => {
 *   const event = ctx.state.webhook;
 *   if (event.type === "workflowExecution.failed") await notify(event.body.payload.error.message);
 * });
 * ```
 */
export function webhook<Events extends object, Output = never>(
  options: ReceiverOptions<Events, Output>,
  handler?: KoaHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): Middleware<WebhookState<ReceivedEvent<Events, Output>>> {
  const receiver = createReceiver(options);
  checkHandler(handler);
  return async (ctx, next) => {
    const { req, res } = ctx;
    const parsed = ctx.request as { rawBody?: unknown; body?: unknown };
    const receipt = await receiver.receiveFrom(
      sourceOf(req, receiver.limits, { url: ctx.href, parsed, advice: ADVICE }),
    );
    if (receipt.status !== "accepted") {
      const answer = answerTo(receipt, receiver);
      ctx.status = answer.status;
      ctx.set(answer.headers);
      ctx.body = answer.body;
      leaveUnread(req, res, answer.status);
      return;
    }
    const { event, claim } = receipt;
    ctx.state.webhook = event;
    ctx.state.webhookClaim = claim;
    parsed.body = event.body;
    const held = holdResponse(res, claim);
    // In place of Koa's 404: whatever comes behind may set another.
    ctx.status = 200;
    // In place of Koa's "OK".
    if (receiver.emptyAnswers) ctx.body = "";
    try {
      if (handler === undefined) await next();
      else await handler(event, { claim, ctx });
    } catch (cause) {
      const error = thrownError(cause);
      // Before the error's own answer does: so that the receipt names the cause.
      await claim.release(error);
      throw error;
    }
    held.handled(ctx.body);
  };
}
