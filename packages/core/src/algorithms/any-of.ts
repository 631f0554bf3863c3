import { after, type Awaitable } from "../base/awaitable.ts";

/** Whether something holds for one of the items, asked one after the other until it does. */
export function anyOf<T>(
  items: readonly T[],
  holds: (item: T) => Awaitable<boolean>,
  index = 0,
): Awaitable<boolean> {
  const item = items[index];
  if (item === undefined) return false;
  return after(holds(item), (found) => found || anyOf(items, holds, index + 1));
}
