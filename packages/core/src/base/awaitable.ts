/** A value that is there already, or will be. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Goes on with a value: at once where it is there. A backend that answers at once is spared the promises, each of which costs about
 * as much as the HMAC of a small body.
 */
export function after<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Tells whether a value has to be awaited: a promise, also one of a library's own. */
export function isPending<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | undefined)?.then === "function";
}
