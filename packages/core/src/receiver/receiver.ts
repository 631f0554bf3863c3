import { WebhookError } from "../base/errors.ts";
import type { Warning } from "../base/warning.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { EventOf, WebhookEvent } from "../verify/event.ts";
import type { Answer } from "./answer.ts";
import type { DeliverySource } from "./delivery-source.ts";
import { type HandleContext, handleRequest, type RequestHandler } from "./fetch-handler.ts";
import type { ReceiverOptions } from "./options.ts";
import type { Receipt } from "./receipt.ts";
import type { Receiving } from "./progress.ts";
import { receive, receiveFrom } from "./receive.ts";
import { createLog } from "./receiver-log.ts";
import { settingsOf } from "./settings.ts";

/**
 * The event that a receiver hands out: the provider's union, or, with a `schema`, one whose body is the schema's output. Of
 * `AnyProvider`, whose events nobody knows, any event.
 */
export type ReceivedEvent<Events extends object, Output> = [Output] extends [never]
  ? [keyof Events] extends [never]
    ? WebhookEvent
    : EventOf<Events>
  : WebhookEvent<keyof Events & string, Output>;

/** Verifies deliveries and sees to it that each event is processed once; made by {@link createReceiver}. */
export interface Receiver<Event extends WebhookEvent = WebhookEvent> {
  /**
   * Decides about one delivery. An `accepted` one comes with a claim: `complete()` it when the event is processed, `release()` it when
   * that failed. Every other receipt carries the `response` to answer with.
   *
   * Never throws for anything that a sender can cause.
   */
  receive(delivery: Delivery): Promise<Receipt<Event>>;
  /** The same for a body that is still to be read: headers are checked first, and a delivery refused by them is never read. */
  receiveFrom(source: DeliverySource): Promise<Receipt<Event>>;
  /**
   * Receives a Fetch API `Request`, runs the handler, settles the claim and answers: for Bun, Deno, Workers, Next.js and others.
   *
   * @param request not read yet
   * @param handler gets the event; returns a `Response`, or nothing for 200. Any other value is ignored, with one warning
   * @param context `waitUntil`: keeps a Worker alive until the claim is settled; `remoteAddress`: where the request came from, for records
   * @throws `config_invalid` where the handler is not a function
   * @example
   * ```ts
   * const receiver = createReceiver({ provider: github, secret });
   * export const POST = (request: Request) => receiver.handle(request, async (event) => { await queue.add(event.body); });
   * ```
   */
  handle(
    request: Request,
    handler: RequestHandler<Event>,
    context?: HandleContext,
  ): Promise<Response>;
}

/** What adapters need beside the public methods, by receiver: see {@link warnOnce} and {@link answerToFailure}. */
const insides = new WeakMap<object, Receiving>();

/**
 * Makes a receiver: verification and dedup behind one call. Every middleware wraps one.
 *
 * @throws `config_invalid` where an option can't work; the message says what to change
 * @example
 * ```ts
 * const receiver = createReceiver({ provider: stripe, secret: process.env.STRIPE_SECRET ?? "", store: redisStore({ client }) });
 * const receipt = await receiver.receive({ headers, body });
 * if (receipt.status === "accepted") {
 *   await queue.add(receipt.event.body);
 *   await receipt.claim.complete();
 * }
 * ```
 */
export function createReceiver<Events extends object, Output = never>(
  options: ReceiverOptions<Events, Output>,
): Receiver<ReceivedEvent<Events, Output>> {
  type Event = ReceivedEvent<Events, Output>;
  const settings = settingsOf(options);
  const receiving: Receiving = { settings, log: createLog(settings) };
  const receiver: Receiver<Event> = {
    receive: (delivery) => receive(receiving, delivery) as Promise<Receipt<Event>>,
    receiveFrom: (source) => receiveFrom(receiving, source) as Promise<Receipt<Event>>,
    handle: (request, handler, context) =>
      handleRequest(receiving, request, handler as RequestHandler<WebhookEvent>, context),
  };
  insides.set(receiver, receiving);
  return receiver;
}

/** For adapters: gives a warning to the receiver's `onWarning`, once for each code. */
export function warnOnce(receiver: Receiver, warning: Warning): void {
  insides.get(receiver)?.log.warnOnce(warning);
}

/** For adapters that write the response themselves: what to answer where the handler threw. */
export function answerToFailure(receiver: Receiver, cause: unknown): Answer {
  const error = new WebhookError("handler_failed", "The handler threw.", { cause });
  return insidesOf(receiver).settings.answers.error(error);
}

/** For adapters: the status for an event where no handler chose one. 200, unless the provider does not count that as success. */
export function successStatus(receiver: Receiver): number {
  return insidesOf(receiver).settings.successStatus;
}

function insidesOf(receiver: Receiver): Receiving {
  const receiving = insides.get(receiver);
  if (receiving !== undefined) return receiving;
  throw new WebhookError(
    "config_invalid",
    "This receiver was not made by createReceiver() of this copy of @countersign/core. Pass the receiver itself, not a copy of it.",
  );
}
