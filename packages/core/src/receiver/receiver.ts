import { configError, WebhookError } from "../base/errors.ts";
import type { Warning } from "../base/warning.ts";
import type { Answer } from "../delivery/answer.ts";
import { checkRequestHandler, handleRequest } from "./fetch-handler.ts";
import type { ReceiverOptions } from "./options.ts";
import { MAKE_RECEIVER, type OneOf } from "./several-receivers.ts";
import type { Receiving } from "./progress.ts";
import { receive, receiveFrom } from "./receive.ts";
import type { ReceivedEvent, Receiver } from "./receiver-type.ts";
import { createLog } from "./receiver-log.ts";
import { settingsOf } from "./settings.ts";

/** The internals that adapters reach through {@link warnOnce} and {@link answerToFailure}, by receiver. */
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
  options: ReceiverOptions<Events, Output> | OneOf<Events>,
): Receiver<ReceivedEvent<Events, Output>> {
  type Made = Receiver<ReceivedEvent<Events, Output>>;
  if (isOneOf<Events>(options)) return options[MAKE_RECEIVER]() as unknown as Made;
  const receiving = receivingOf(options);
  const methods: Receiver = {
    receive: (delivery) => receive(receiving, delivery),
    receiveFrom: (source) => receiveFrom(receiving, source),
    async handle(request, handler, context) {
      checkRequestHandler(receiving, handler);
      return handleRequest(receiving, request, handler, context);
    },
  };
  return receiverOf(methods, receiving) as unknown as Made;
}

/** Makes what a receiver works with. Throws `config_invalid`. */
export function receivingOf<Events extends object, Output>(
  options: ReceiverOptions<Events, Output>,
): Receiving {
  const settings = settingsOf(options);
  return { settings, log: createLog(settings) };
}

/** Makes a receiver of its methods; `receiving` is what adapters reach through it. */
export function receiverOf(methods: Receiver, receiving: Receiving): Receiver {
  insides.set(methods, receiving);
  return methods;
}

function isOneOf<Events extends object>(options: object | undefined): options is OneOf<Events> {
  if (options === undefined || !(MAKE_RECEIVER in options)) return false;
  const [beside] = Object.keys(options);
  if (beside === undefined) return true;
  throw configError(
    `${beside} has no effect beside oneOf(). Give it to the options in its list: oneOf([{ provider, secret, ${beside} }, ...]).`,
  );
}

/** For adapters: tells whether a receiver stores its events in an inbox, so that none of them reaches a handler. */
export function hasInbox(receiver: Receiver): boolean {
  return insidesOf(receiver).settings.inbox !== undefined;
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
