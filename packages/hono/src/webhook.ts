import {
  type Claim,
  type EventsOf,
  type OneOf,
  type ReceivedEvent,
  type Receiver,
  type ReceiverOptions,
  WebhookError,
} from "@countersign/core";
import {
  checkHandler,
  hasInbox,
  type DeliverySource,
  handlerReturned,
  isPending,
  isResponse,
  malformedHost,
  responseOf,
  runHandler,
  secondMiddleware,
  settleByStatus,
  successStatus,
  warnOnce,
  workOf,
} from "@countersign/core/adapter";
import type { Context, MiddlewareHandler, Next } from "hono";
import type { SuccessStatusCode } from "hono/utils/http-status";
import { bodyOf } from "./body.ts";
import { isOnNode } from "./node-server.ts";
import { remoteAddressOf } from "./remote-address.ts";
import type { HonoOptions } from "./options.ts";
import { receiversOf } from "./receivers.ts";

/** The additions to `c.var`. */
export interface WebhookVariables<Event> {
  /** The verified event. */
  webhook: Event;
  /** Its claim, for `claim.signal` and `claim.completeIn`. The response settles it by itself. */
  webhookClaim: Claim;
}

/** The second argument of a handler. */
export interface HonoContext {
  readonly claim: Claim;
  readonly c: Context;
}

/** Processes one event. Returns a `Response`, or nothing for 200; anything else counts as nothing, and is warned of once. */
export type HonoHandler<Event> = (
  event: Event,
  context: HonoContext,
) => Promise<Response | void> | Response | void;

/**
 * The handler of a provider's events, for one that stands by itself: `HandlerOf<typeof github>`. With a `schema`, its output is the second
 * parameter.
 *
 * @example
 * ```ts
 * import type { HandlerOf } from "@countersign/hono";
 *
 * const onGitHub: HandlerOf<typeof github> = (event) => {
 *   if (event.type === "push") console.log(event.body.ref);
 * };
 * ```
 */
export type HandlerOf<Of extends object, Output = never> = HonoHandler<
  ReceivedEvent<EventsOf<Of>, Output>
>;

/**
 * Lets genuine deliveries through, each event once, and answers all others.
 *
 * The event is at `c.var.webhook`; `c.req.json()`, `.text()` and `.arrayBuffer()` still give the body. The response is held until the
 * claim is settled: a 2xx completes it, anything else, and whatever the rest of the chain throws, gives it back for the provider's retry.
 *
 * @param options see `ReceiverOptions`; or a function of the context that returns them, where more than the secret comes from `c.env`. What
 *   is made once (memory store, keys) is kept between requests
 * @param handler processes the event in place of further middleware
 * @throws `config_invalid` where an option can't work, or the handler is not a function
 * @example
 * ```ts
 * app.post("/paradym", webhook({ provider: paradym, secret: (c) => c.env.PARADYM_SECRET }), (c) => {
 *   const event = c.var.webhook;
 *   if (event.type === "workflowExecution.failed") c.executionCtx.waitUntil(notify(event.body.payload.error.message));
 *   return c.body(null, 200);
 * });
 * ```
 */
export function webhook<Events extends object, Output = never>(
  options:
    | HonoOptions<Events, Output>
    | OneOf<Events>
    | ((c: Context) => ReceiverOptions<Events, Output>),
  handler?: HonoHandler<ReceivedEvent<NoInfer<Events>, NoInfer<Output>>>,
): MiddlewareHandler<{ Variables: WebhookVariables<ReceivedEvent<Events, Output>> }> {
  type WebhookContext = Context<{ Variables: WebhookVariables<ReceivedEvent<Events, Output>> }>;
  const receiverFor = receiversOf(options, (made) => checkHandler(handler, hasInbox(made)));
  return (c, next) => {
    const work = receive(c, next);
    keepAlive(c, work);
    return work;
  };

  async function receive(c: WebhookContext, next: Next): Promise<Response | undefined> {
    const receiver = receiverFor(c);
    const receipt = await receiver.receiveFrom(sourceOf(c));
    if (receipt.status !== "accepted") return responseOf(receipt.response);
    const { event, claim } = receipt;
    c.set("webhook", event);
    c.set("webhookClaim", claim);
    const status = successStatus(receiver);
    if (status !== 200) c.status(status as SuccessStatusCode);
    try {
      if (handler === undefined) await runHandler(claim, next);
      else {
        const returned = runHandler(claim, () => handler(event, { claim, c }));
        c.res = answerReturned(c, receiver, isPending(returned) ? await returned : returned);
      }
    } catch (cause) {
      await claim.release(
        cause ?? new WebhookError("handler_failed", "The handler threw nothing."),
      );
      throw cause;
    }
    if (!c.finalized) c.res = c.body(null);
    // Hono has made a response of what was thrown behind us.
    if (c.error !== undefined) await claim.release(c.error);
    else {
      const settling = settleByStatus(claim, c.res.status);
      if (isPending(settling)) await settling;
    }
    return undefined;
  }
}

function sourceOf(c: Context): DeliverySource {
  return {
    headers: c.req.raw.headers,
    method: c.req.method,
    url: c.req.url,
    malformed: malformedHost(c.req.raw.headers),
    via: "hono",
    remoteAddress: remoteAddressOf(c),
    readBody(limits) {
      if (c.get("webhookClaim") !== undefined) throw secondMiddleware();
      return bodyOf(c, limits);
    },
  };
}

function answerReturned(c: Context, receiver: Receiver, returned: unknown): Response {
  if (isResponse(returned)) return returned;
  if (returned !== undefined && returned !== null) warnOnce(receiver, handlerReturned(returned));
  return c.body(null);
}

/** Otherwise a Worker whose sender leaves is stopped between the handler and the claim. */
function keepAlive(c: Context, work: Promise<unknown>): void {
  // Nothing stops a process of Node between the two, and asking for a context that is not there makes an error each time.
  if (isOnNode(c)) return;
  let executionCtx: Context["executionCtx"];
  try {
    ({ executionCtx } = c);
  } catch {
    // Only Workers and their like have one; Hono throws elsewhere.
    return;
  }
  executionCtx.waitUntil(
    work
      .then(() => {
        const claim = c.get("webhookClaim") as Claim | undefined;
        return claim && workOf(claim);
      })
      .catch(() => {}),
  );
}
