import { configError, type WebhookError } from "../base/errors.ts";
import { bytesOf } from "../base/bytes.ts";
import type { Provider } from "../scheme/provider.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { DeliverySource } from "./delivery-source.ts";
import { checkRequestHandler, handleRequest, sourceOfRequest } from "./fetch-handler.ts";
import type { ReceiverOptions } from "./options.ts";
import { MAKE_RECEIVER, type OneOf } from "./several-receivers.ts";
import { pickReceiving } from "./pick-receiving.ts";
import type { Receipt } from "./receipt.ts";
import type { Receiving } from "./progress.ts";
import { receive, receiveFrom } from "./receive.ts";
import { receiverOf, receivingOf } from "./receiver.ts";
import type { Receiver } from "./receiver-type.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** The options of one of several receivers, whatever its events. */
interface Entry extends Omit<ReceiverOptions<object, unknown>, "onRejected"> {
  readonly onRejected?:
    | ((error: WebhookError, delivery: Delivery, options: never) => void)
    | undefined;
}

/** The events of one entry; with a schema, their bodies are its output. */
type EventsIn<One> = One extends { readonly provider: Provider<infer Events> }
  ? One extends { readonly schema: StandardSchema<infer Output> }
    ? { [Type in keyof Named<Events>]: Output }
    : Named<Events>
  : never;

/** Of `AnyProvider`, whose events nobody knows, any event. */
type Named<Events> = [keyof Events] extends [never] ? Record<string, unknown> : Events;

type KeyOf<Events> = Events extends unknown ? keyof Events : never;

type BodyOf<Events, Type extends PropertyKey> = Events extends unknown
  ? Type extends keyof Events
    ? Events[Type]
    : never
  : never;

/** The events of several providers in one map. A type that two of them have has the bodies of both. */
type Joined<Events> = { [Type in KeyOf<Events>]: BodyOf<Events, Type> };

/**
 * Receives the deliveries of several providers, or of several products of one, at one URL.
 *
 * Which of them a delivery belongs to is told by its headers, and where these fit several, by its signature: the first one that verifies
 * it. There is one answer and one record, of the receiver that was picked. A delivery that none of them knows is refused under the name of
 * the first. Each keeps its own secret, limits and store. `event.provider` says who it was: each sender can sign only for itself.
 *
 * @param list the options of the receivers, in the order in which they are tried
 * @returns options for `createReceiver` and for every middleware
 * @throws `config_invalid` where the list is empty. An option that can't work is refused by whoever takes the options
 * @example
 * ```ts
 * app.post("/hooks", webhook(oneOf([
 *   { provider: github, secret: process.env.GITHUB_SECRET ?? "" },
 *   { provider: stripe, secret: process.env.STRIPE_SECRET ?? "" },
 * ]), async (event) => {
 *   if (event.provider === "stripe" && event.type === "invoice.paid") await queue.add(event.body);
 * }));
 * ```
 */
export function oneOf<const List extends readonly [Entry, ...Entry[]]>(
  list: List,
): OneOf<Joined<EventsIn<List[number]>>> {
  if (!Array.isArray(list) || list.length === 0) {
    throw configError("oneOf() takes a list of options: oneOf([{ provider, secret }, ...]).");
  }
  return {
    [MAKE_RECEIVER]() {
      const receivings = list.map((options) =>
        receivingOf(options as ReceiverOptions<object, unknown>),
      );
      if (new Set(receivings.map(({ settings }) => settings.inbox === undefined)).size > 1) {
        throw configError(
          "oneOf(): some of the options have an inbox and some have none, so that a handler would run for a part of the events. Give all of them an inbox, or none.",
        );
      }
      const [first] = receivings as [Receiving];
      return receiverOf(methodsOf(first, receivings), first);
    },
  };
}

/** Picks the receiver of each delivery, and leaves the rest to it. Whether there is an inbox, the first says for all. */
function methodsOf(first: Receiving, receivings: readonly Receiving[]): Receiver {
  return {
    receive: (delivery) => receivePicked(receivings, delivery),
    async receiveFrom(given) {
      const { receiving, source } = await pickReceiving(receivings, given);
      return receiveFrom(receiving, source);
    },
    async handle(request, handler, context) {
      checkRequestHandler(first, handler);
      const { receiving, source } = await pickReceiving(
        receivings,
        sourceOfRequest(request, context),
      );
      return handleRequest(receiving, request, handler, context, source);
    },
  };
}

async function receivePicked(
  receivings: readonly Receiving[],
  delivery: Delivery,
): Promise<Receipt> {
  const bytes = bytesOf(delivery.body) ?? new Uint8Array();
  const given: DeliverySource = { ...delivery, readBody: async () => bytes };
  const { receiving, source } = await pickReceiving(receivings, given, bytes.length);
  return source.malformed === undefined
    ? receive(receiving, delivery)
    : receiveFrom(receiving, source);
}
