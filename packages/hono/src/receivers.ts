import {
  type ClaimStore,
  createReceiver,
  memoryStore,
  type ReceivedEvent,
  type Receiver,
  type ReceiverOptions,
} from "@countersign/core";

/** Bounds what an application with very many tenants holds on to. */
const MAX_KEPT = 100;

/**
 * Receivers for options that are made anew with each request, as `c.env` asks for on Workers.
 *
 * A receiver is used again for options of which every value is the same: secrets by what is in them, all else by identity. So options that
 * hold a function or a store made in the request get a receiver each time, which is cheap: the keys behind it are kept by the core. What
 * must outlive a request is the default store, so that is kept by itself, one for each provider, endpoint and secret: by secret, because two
 * tenants' events are different events also where they look the same.
 */
export function keptReceivers<Events extends object, Output>(): (
  options: ReceiverOptions<Events, Output>,
) => Receiver<ReceivedEvent<Events, Output>> {
  const receivers: {
    readonly options: object;
    readonly receiver: Receiver<ReceivedEvent<Events, Output>>;
  }[] = [];
  const stores: { readonly identity: object; readonly store: ClaimStore }[] = [];

  function storeFor({ provider, endpoint, secret }: ReceiverOptions<Events, Output>): ClaimStore {
    const identity = { provider, endpoint, secret };
    return keep(
      stores,
      (kept) => sameValues(kept.identity, identity),
      () => ({ identity, store: memoryStore() }),
    ).store;
  }

  return (options) =>
    keep(
      receivers,
      (kept) => sameValues(kept.options, options),
      () => ({
        options: { ...options },
        receiver: createReceiver<Events, Output>({
          ...options,
          store: options.store ?? storeFor(options),
        }),
      }),
    ).receiver;
}

/** Finds an item and puts it last, or makes it; the first is the one that was not asked for the longest. */
function keep<Item>(items: Item[], is: (item: Item) => boolean, make: () => Item): Item {
  const index = items.findLastIndex(is);
  const [found] = index < 0 ? [] : items.splice(index, 1);
  const item = found ?? make();
  items.push(item);
  if (items.length > MAX_KEPT) items.shift();
  return item;
}

function sameValues(left: object, right: object): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => {
      const [a, b] = [left, right].map((from) => (from as Record<string, unknown>)[name]);
      return name === "secret" ? sameSecret(a, b) : Object.is(a, b);
    })
  );
}

function sameSecret(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return false;
  }
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) =>
      sameSecret((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
    )
  );
}
