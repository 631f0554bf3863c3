import type { Delivery } from "../delivery/delivery.ts";
import type { WebhookEvent } from "../verify/event.ts";
import { handleRequest, type RequestHandler } from "./fetch-handler.ts";
import { createIntake, type DeliverySource, type ReceivedEvent } from "./intake.ts";
import type { BodyLimits } from "../delivery/body-limits.ts";
import type { Receipt } from "./receipt.ts";
import type { ReceiverOptions } from "./options.ts";
import type { Warning } from "../base/warning.ts";

/** Verifies deliveries and sees to it that each event is processed once; made by {@link createReceiver}. */
export interface Receiver<Event extends WebhookEvent = WebhookEvent> {
  /** What a body may be like; for adapters. */
  readonly limits: BodyLimits;
  /** Whether the provider wants no body in the answers; for adapters, which pass the receiver to `answerTo`. */
  readonly emptyAnswers: boolean;
  /**
   * Decides about one delivery. An `accepted` one comes with a claim: `complete()` it when the event is processed, `release()` it when
   * that failed.
   *
   * Never throws for anything that a sender can cause.
   */
  receive(delivery: Delivery): Promise<Receipt<Event>>;
  /** The same for a body that is still to be read: headers are checked first, and a delivery refused by them is never read. */
  receiveFrom(source: DeliverySource): Promise<Receipt<Event>>;
  /** Gives a warning to `onWarning`, once for each code; for adapters. */
  warnOnce(warning: Warning): void;
  /**
   * Receives a Fetch API `Request`, runs the handler, settles the claim and answers: for Bun, Deno, Workers, Next.js and others.
   *
   * @param request not read yet
   * @param handler gets the event; returns a `Response`, or nothing for 200. Anything else counts as nothing, and is warned of once
   * @param context `waitUntil`: keeps a Worker alive until the claim is settled
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
    context?: { readonly waitUntil?: (work: Promise<unknown>) => void },
  ): Promise<Response>;
}

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
  const intake = createIntake(options);
  return {
    ...intake,
    handle: (request, handler, context) => handleRequest(intake, request, handler, context),
  };
}
