import {
  createReceiver,
  type OneOf,
  type ReceivedEvent,
  type Receiver,
  type ReceiverOptions,
} from "@countersign/core";
import type { Context } from "hono";
import { keptReceivers } from "./kept-receivers.ts";
import type { HonoOptions } from "./options.ts";

/**
 * Finds the receiver of a request: always the same, unless the options are made of the request's context.
 *
 * @param check gets each receiver before it is used, and throws where it can't be
 */
export function receiversOf<Events extends object, Output>(
  options:
    | HonoOptions<Events, Output>
    | OneOf<Events>
    | ((c: Context) => ReceiverOptions<Events, Output>),
  check: (receiver: Receiver) => void,
): (c: Context) => Receiver<ReceivedEvent<Events, Output>> {
  if (typeof options === "function") {
    const receiverFor = keptReceivers<Events, Output>();
    return (c) => {
      const receiver = receiverFor(options(c));
      check(receiver);
      return receiver;
    };
  }
  if (!("secret" in options) || typeof options.secret !== "function") {
    const receiver = createReceiver(options as ReceiverOptions<Events, Output> | OneOf<Events>);
    check(receiver);
    return () => receiver;
  }
  const { secret } = options;
  // One receiver for all requests; a delivery is led back to its context by its headers.
  const contexts = new WeakMap<object, Context>();
  const receiver = createReceiver<Events, Output>({
    ...options,
    secret: async ({ headers }) => {
      const c = contexts.get(headers);
      const found = c && (await secret(c));
      if (found !== undefined && found !== null) return found;
      throw new TypeError("secret: (c) => … returned nothing. Is the binding set?");
    },
  });
  check(receiver);
  return (c) => {
    contexts.set(c.req.raw.headers, c);
    return receiver;
  };
}
