import type { InboxEngine, InspectableEngine, ItemState, StoredItem } from "../engine.ts";
import type { InboxTable } from "./table.ts";

const PRUNE_LIMIT = 500;

const LISTS = {
  waiting: "listWaiting",
  running: "listRunning",
  done: "listDone",
  dead: "listDead",
} as const;

/**
 * Looks at the items of a table and changes them.
 *
 * @param wake tells the workers of a queue that something is due
 */
export function inspectionOf(
  table: InboxTable,
  wake: (queue: string) => void,
): Omit<InspectableEngine, keyof InboxEngine> {
  return {
    async list(queue, { state, limit, offset }) {
      const statement = state === undefined ? "listAll" : LISTS[state];
      const rows = (await table.read(statement, queue, limit, offset)) as StoredRow[];
      return rows.map(storedItem);
    },
    async get(queue, id) {
      const [row] = (await table.read("get", queue, id)) as StoredRow[];
      return row && storedItem(row);
    },
    async counts(queue) {
      const rows = (await table.read("counts", queue)) as { state: ItemState; count: number }[];
      const counts = { waiting: 0, running: 0, done: 0, dead: 0 };
      for (const { state, count } of rows) counts[state] = count;
      return counts;
    },
    async retry(queue, id) {
      const changed = await table.write((run) => run("retry", queue, id));
      if (changed.length > 0) wake(queue);
      return changed.length > 0;
    },
    async discard(queue, id) {
      const deleted = await table.write((run) => run("discard", queue, id));
      // The next one of its order key may be due now.
      if (deleted.length > 0) wake(queue);
      return deleted.length > 0;
    },
    async prune(queue, state, olderThanMs) {
      let pruned = 0;
      for (;;) {
        const batch = await pruneBatch(table, queue, state, olderThanMs);
        pruned += batch;
        if (batch < PRUNE_LIMIT) return pruned;
      }
    },
  };
}

/** Deletes a few finished items: not so many that whoever waits for the lock notices. */
export async function pruneBatch(
  table: InboxTable,
  queue: string,
  state: "done" | "dead",
  olderThanMs: number,
): Promise<number> {
  const isDead = state === "dead" ? 1 : 0;
  const rows = await table.write((run) =>
    run("prune", queue, isDead, Math.ceil(olderThanMs), PRUNE_LIMIT),
  );
  return rows.length;
}

interface StoredRow {
  readonly id: string;
  readonly state: ItemState;
  readonly attempts: number;
  readonly storedAt: number;
  readonly dueAt: number;
  readonly finishedAt: number | null;
  readonly error: string | null;
  readonly event: string;
}

function storedItem(row: StoredRow): StoredItem {
  const { id, state, attempts, storedAt, dueAt, finishedAt, error, event } = row;
  return {
    id,
    state,
    attempts,
    storedAt: new Date(storedAt),
    dueAt: state === "waiting" ? new Date(dueAt) : undefined,
    finishedAt: finishedAt === null ? undefined : new Date(finishedAt),
    lastError: error ?? undefined,
    event,
  };
}
