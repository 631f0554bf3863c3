import {
  createReceiver,
  type ReceivedEvent,
  type Receiver,
  type ReceiverOptions,
} from "@countersign/core";
import { tenantStores } from "./tenant-stores.ts";

/** Bounds what an application with very many tenants holds on to. */
const MAX_KEPT = 100;

/**
 * Receivers for options that are made anew with each request, as `c.env` asks for on Workers.
 *
 * A receiver is used again for options of which every value is the same: secrets by what is in them, all else by identity. So options that
 * hold a function or a store made in the request get a receiver each time, which is cheap: the keys behind it are kept by the core. What
 * must outlive a request is the default store, so that is kept by itself, and events in it apart by provider, endpoint and secret: by
 * secret, because two tenants' events are different events also where they look the same.
 */
export function keptReceivers<Events extends object, Output>(): (
  options: ReceiverOptions<Events, Output>,
) => Receiver<ReceivedEvent<Events, Output>> {
  interface Kept {
    readonly options: object;
    readonly secretText: string | undefined;
    readonly receiver: Receiver<ReceivedEvent<Events, Output>>;
  }
  // The first is the one that was not asked for the longest.
  const receivers: Kept[] = [];
  const textOf = secretTexts();
  const storeOf = tenantStores();

  return (options) => {
    const secretText = textOf(options.secret);
    const index = receivers.findLastIndex(
      (one) => one.secretText === secretText && sameValues(one.options, options),
    );
    const [found] = index < 0 ? [] : receivers.splice(index, 1);
    const kept = found ?? {
      options: { ...options },
      secretText,
      receiver: createReceiver<Events, Output>({
        ...options,
        store: options.store ?? storeOf(JSON.stringify([options.provider?.name, secretText])),
      }),
    };
    receivers.push(kept);
    if (receivers.length > MAX_KEPT) receivers.shift();
    return kept.receiver;
  };
}

/** Tells whether all options but the secrets are the same; those are compared as text. */
function sameValues(left: object, right: object): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => {
      const [a, b] = [left, right].map((from) => (from as Record<string, unknown>)[name]);
      return name === "secret" || Object.is(a, b);
    })
  );
}

/** Writes secrets as text that is the same where they are: by what is in them, and a function by its identity. */
function secretTexts(): (secret: unknown) => string | undefined {
  const numbers = new WeakMap<object, number>();
  let count = 0;
  const numberOf = (lookup: object): number => {
    const number = numbers.get(lookup) ?? ++count;
    numbers.set(lookup, number);
    return number;
  };
  return (secret) =>
    JSON.stringify(secret, (_name, value: unknown) =>
      typeof value === "function" ? { lookup: numberOf(value) } : value,
    );
}
