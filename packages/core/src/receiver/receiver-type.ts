import type { Delivery } from "../delivery/delivery.ts";
import type { EventsOf } from "../scheme/provider.ts";
import type { EventOf, WebhookEvent } from "../verify/event.ts";
import type { DeliverySource } from "./delivery-source.ts";
import type { FetchRequest } from "./fetch-body.ts";
import type { HandleContext, RequestHandler } from "./fetch-handler.ts";
import type { Receipt } from "./receipt.ts";

/**
 * The event that a receiver hands out: the provider's union, or, with a `schema`, one whose body is the schema's output. Of
 * `AnyProvider`, whose events nobody knows, any event.
 */
export type ReceivedEvent<Events extends object, Output> = [Output] extends [never]
  ? [keyof Events] extends [never]
    ? WebhookEvent
    : EventOf<Events>
  : WebhookEvent<keyof Events & string, Output>;

/**
 * The handler of a provider's events for `receiver.handle`, for one that stands by itself: `HandlerOf<typeof github>`. With a `schema`, its
 * output is the second parameter. Each adapter has a `HandlerOf` of its own.
 */
export type HandlerOf<Of extends object, Output = never> = RequestHandler<
  ReceivedEvent<EventsOf<Of>, Output>
>;

/** Verifies deliveries and sees to it that each event is processed once; made by `createReceiver`. */
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
   * @param request not read yet; a host's own class does too, where it has the members of `FetchRequest`
   * @param handler gets the event; returns a `Response`, or nothing for 200. Any other value is ignored, with one warning. Left out with
   *   an `inbox`, whose worker runs it
   * @param context `waitUntil`: keeps a Worker alive until the claim is settled; `remoteAddress`: where the request came from, for records
   * @throws `config_invalid` where the handler is not a function, or is given beside an `inbox`
   * @example
   * ```ts
   * const receiver = createReceiver({ provider: github, secret });
   * export const POST = (request: Request) => receiver.handle(request, async (event) => { await queue.add(event.body); });
   * ```
   */
  handle<Req extends FetchRequest>(
    request: Req,
    handler?: RequestHandler<Event, NoInfer<Req>>,
    context?: HandleContext,
  ): Promise<Response>;
}
