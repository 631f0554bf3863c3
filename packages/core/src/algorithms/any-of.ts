import { after, type Awaitable } from "../base/awaitable.ts";

/** Asks one item after the other until the condition holds, and tells whether it did. */
export function anyOf<T>(
  items: readonly T[],
  holds: (item: T) => Awaitable<boolean>,
  index = 0,
): Awaitable<boolean> {
  const item = items[index];
  if (item === undefined) return false;
  return after(holds(item), (found) => found || anyOf(items, holds, index + 1));
}
