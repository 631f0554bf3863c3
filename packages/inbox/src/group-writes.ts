import { setImmediate as immediate } from "node:timers/promises";

/** How writes are made together. */
export interface GroupTerms<Item> {
  /** Writes a group, all of it or nothing. */
  readonly write: (items: readonly Item[]) => Promise<unknown>;
  /** How many groups may be under way at once. */
  readonly groups: number;
  /** Tells from an error that no item could be written, such as a database that is away. After any other each is written alone. */
  readonly concernsAll: (error: unknown) => boolean;
}

/** So many don't keep others waiting for long. */
const MOST_ITEMS = 100;

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Writes what comes at the same moment together, since each commit waits for the disk. What comes while that is under way waits for the
 * next group.
 *
 * @returns a function that resolves when its item is written, and rejects where just that item can't be
 */
export function groupWrites<Item>({
  write,
  groups,
  concernsAll,
}: GroupTerms<Item>): (item: Item) => Promise<void> {
  const waiting: Waiting<Item>[] = [];
  let underWay = 0;

  async function writeGroup(group: readonly Waiting<Item>[]): Promise<void> {
    try {
      await write(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1 || concernsAll(error)) {
        for (const { reject } of group) reject(error);
      } else {
        for (const one of group) await writeGroup([one]);
      }
    }
  }

  async function writeAll(): Promise<void> {
    underWay++;
    while (waiting.length > 0) {
      // What comes in this turn of the event loop joins.
      await immediate();
      const group = waiting.splice(0, MOST_ITEMS);
      if (group.length > 0) await writeGroup(group);
    }
    underWay--;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (underWay < groups) void writeAll();
    });
}
