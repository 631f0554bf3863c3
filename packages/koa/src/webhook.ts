import {
  type Answer,
  type Claim,
  createReceiver,
  type EventsOf,
  type OneOf,
  type ReceivedEvent,
  type ReceiverOptions,
} from "@countersign/core";
import {
  checkHandler,
  hasInbox,
  isPending,
  isResponse,
  runHandler,
  successStatus,
} from "@countersign/core/adapter";
import {
  holdResponse,
  leaveUnread,
  type SourceOptions,
  sourceOf,
  thrownError,
  warnOfReturned,
  type WrittenResponse,
  writtenOf,
} from "@countersign/node";
import type { Context, Middleware } from "koa";

/** The additions to `ctx.state`. */
export interface WebhookState<Event> {
  /** The verified event. */
  webhook: Event;
  /** Its claim, for `claim.signal` and `claim.completeIn`. The response settles it by itself. */
  webhookClaim: Claim;
}

/** The second argument of a handler. */
export interface KoaContext {
  readonly claim: Claim;
  readonly ctx: Context;
}

/** Processes one event. It answers through `ctx`, returns a `Response`, or returns nothing: then its status, 200 unless it set another, is the answer. */
export type KoaHandler<Event> = (event: Event, context: KoaContext) => unknown;

/**
 * The handler of a provider's events, for one that stands by itself: `HandlerOf<typeof github>`. With a `schema`, its output is the second
 * parameter.
 *
 * @example
 * ```ts
 * import type { HandlerOf } from "@countersign/koa";
 *
 * const onGitHub: HandlerOf<typeof github> = (event) => {
 *   if (event.type === "push") console.log(event.body.ref);
 * };
 * ```
 */
export type HandlerOf<Of extends object, Output = never> = KoaHandler<
  ReceivedEvent<EventsOf<Of>, Output>
>;

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
  options: ReceiverOptions<Events, Output> | OneOf<Events>,
  handler?: KoaHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): Middleware<WebhookState<ReceivedEvent<Events, Output>>> {
  const receiver = createReceiver(options);
  checkHandler(handler, hasInbox(receiver));
  return async (ctx, next) => {
    const { req, res } = ctx;
    const parsed = ctx.request as { rawBody?: unknown; body?: unknown };
    const receipt = await receiver.receiveFrom(sourceOf(req, sourceOptions(ctx)));
    if (receipt.status !== "accepted") {
      write(ctx, receipt.response);
      leaveUnread(req, res, receipt.response.status);
      return;
    }
    const { event, claim } = receipt;
    ctx.state.webhook = event;
    ctx.state.webhookClaim = claim;
    parsed.body = event.body;
    const held = holdResponse(res, claim);
    // In place of Koa's 404. Whatever comes behind may set another.
    ctx.status = successStatus(receiver);
    try {
      if (handler === undefined) await runHandler(claim, next);
      else {
        const returned = runHandler(claim, () => handler(event, { claim, ctx }));
        const result: unknown = isPending(returned) ? await returned : returned;
        if (isResponse(result)) write(ctx, await writtenOf(result));
        else if (ctx.body == null && !res.headersSent) warnOfReturned(receiver, result, ctx);
      }
    } catch (cause) {
      const error = thrownError(cause);
      // Before the response settles the claim, so that the receipt names the cause.
      await claim.release(error);
      throw error;
    }
    // In place of Koa's "OK".
    if (ctx.body == null && ctx.respond !== false && !res.headersSent) ctx.body = "";
    held.handled(ctx.body);
  };
}

/** Koa's own reading of host, scheme and address, which knows about its `proxy` setting. */
function sourceOptions(ctx: Context): SourceOptions {
  return {
    scheme: ctx.protocol,
    authority: ctx.host || undefined,
    target: ctx.originalUrl,
    parsed: ctx.request as SourceOptions["parsed"],
    advice: ADVICE,
    via: "koa",
    remoteAddress: ctx.ip || undefined,
  };
}

function write(ctx: Context, { status, headers, body }: Answer | WrittenResponse): void {
  ctx.status = status;
  ctx.set(headers as Record<string, string | string[]>);
  ctx.body = body;
}
