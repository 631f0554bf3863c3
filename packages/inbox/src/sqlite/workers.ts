import { randomUUID } from "node:crypto";
import { setImmediate as immediate } from "node:timers/promises";
import { WebhookError } from "@countersign/core";
import type { SqliteDatabase } from "@countersign/store-sqlite";
import { isInTransaction } from "@countersign/store-sqlite/database";
import type { Outcome, TakenItem, WorkTerms } from "../engine.ts";
import { persist, type Poller, startPolling } from "../polling.ts";
import { pruneBatch } from "./inspection.ts";
import type { InboxTable, RunStatement } from "./table.ts";

/** How workers work on a table. */
export interface SqliteWorkTerms extends WorkTerms {
  readonly leaseMs: number;
  readonly pollMs: number;
}

const PRUNE_EVERY_MS = 60_000;

/** An attempt that has come to its end. */
interface Ended {
  readonly item: TakenItem;
  readonly outcome: Outcome;
}

/** Starts workers on one queue of a table. */
export function startWorkers(
  table: InboxTable,
  queue: string,
  runItem: (item: TakenItem) => Promise<Outcome>,
  terms: SqliteWorkTerms,
): Poller {
  const { concurrency, pollMs, leaseMs, onError } = terms;

  let isBusy = false;

  async function take(limit: number): Promise<readonly TakenItem[]> {
    // Whoever finds nothing has not kept others from writing.
    if (!isBusy && (await table.read("isDue", queue)).length === 0) return [];
    const token = randomUUID();
    const rows = (await table.write((execute) =>
      execute("take", token, leaseMs, queue, limit),
    )) as TakenRow[];
    isBusy = rows.length > 0;
    return rows
      .toSorted((left, right) => left.seq - right.seq)
      .map((row) => takenItem(table, queue, row, token, leaseMs));
  }

  const ended: Ended[] = [];
  let writing: Promise<unknown> | undefined;

  /** Writes outcomes that come at the same moment in one transaction: each transaction of its own would wait for the disk. */
  function settleSoon(item: TakenItem, outcome: Outcome): Promise<unknown> {
    ended.push({ item, outcome });
    writing ??= immediate().then(() => {
      writing = undefined;
      const batch = ended.splice(0);
      return table.write((execute) => {
        for (const one of batch) settle(execute, queue, one);
      });
    });
    return writing;
  }

  async function run(item: TakenItem): Promise<void> {
    const outcome = await runItem(item);
    if (outcome.status === "done" && outcome.inTransaction) return;
    await persist(() => settleSoon(item, outcome), onError);
  }

  const prune = (): void => {
    for (const [state, ms] of [
      ["done", terms.keepDoneMs],
      ["dead", terms.keepDeadMs],
    ] as const) {
      // What is not deleted now is deleted next time.
      pruneBatch(table, queue, state, ms).catch(() => {});
    }
  };
  prune();
  const pruning = setInterval(prune, PRUNE_EVERY_MS).unref();
  const poller = startPolling({ take, run, concurrency, pollMs, onError });
  return {
    wake: () => poller.wake(),
    stop() {
      clearInterval(pruning);
      return poller.stop();
    },
  };
}

interface TakenRow {
  readonly seq: number;
  readonly id: string;
  readonly attempts: number;
  readonly storedAt: number;
  readonly event: string;
}

function takenItem(
  table: InboxTable,
  queue: string,
  { id, attempts, storedAt, event }: TakenRow,
  token: string,
  leaseMs: number,
): TakenItem {
  return {
    id,
    attempt: attempts,
    storedAt: new Date(storedAt),
    event,
    lease: {
      token,
      leaseMs,
      async extend() {
        const rows = await table.write((run) => run("extend", leaseMs, queue, id, token));
        return rows.length > 0;
      },
      completeIn(database: SqliteDatabase) {
        if (!isInTransaction(database)) {
          throw new WebhookError(
            "config_invalid",
            "completeIn: no transaction is open on this connection. Begin one, make the event's effects in it, and call completeIn before it commits.",
          );
        }
        return table.runOn(database, "complete", queue, id, token).length > 0;
      },
    },
  };
}

/** Writes an outcome down. In vain where another worker has taken the item over. */
function settle(run: RunStatement, queue: string, { item, outcome }: Ended): void {
  const { id, lease } = item;
  const token = lease?.token ?? "";
  switch (outcome.status) {
    case "done":
      run("complete", queue, id, token);
      return;
    case "retrying":
      run("postpone", outcome.afterMs, outcome.error, queue, id, token);
      return;
    case "dead":
      run("bury", outcome.error, queue, id, token);
  }
}
