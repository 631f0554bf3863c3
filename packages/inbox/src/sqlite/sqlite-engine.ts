import { LONGEST_TIMER_MS } from "@countersign/core/adapter";
import type { SqliteDatabase } from "@countersign/store-sqlite";
import { isSqliteDatabase } from "@countersign/store-sqlite/database";
import type { InspectableEngine, OrderedEngine, TransactionalEngine } from "../engine.ts";
import { checksFor, LONGEST_TIMER_SECONDS } from "../option-checks.ts";
import { Wakers } from "../wakers.ts";
import { inspectionOf } from "./inspection.ts";
import { openTable } from "./table.ts";
import { startWorkers } from "./workers.ts";

/** Options of {@link sqliteEngine}. */
export interface SqliteEngineOptions {
  /** An open database of `libsql`, `better-sqlite3`, `node:sqlite` or `bun:sqlite`, in WAL mode. */
  readonly database: SqliteDatabase;
  /** The table of the events, which is created where it is missing. Default `countersign_inbox`. */
  readonly table?: string | undefined;
  /** How often idle workers look for events that another process has stored, in milliseconds. Default 200. */
  readonly pollIntervalMs?: number | undefined;
  /** How long an event stays with a worker that died, in seconds. A worker that lives renews it. Default 30. */
  readonly leaseSeconds?: number | undefined;
  /** For how long an operation is tried again while another connection writes, in milliseconds. Default 1500. */
  readonly busyTimeoutMs?: number | undefined;
}

/** An inbox's engine in a SQLite file. */
export interface SqliteEngine extends InspectableEngine, OrderedEngine, TransactionalEngine {}

const checks = checksFor("sqliteEngine");

/**
 * Keeps an inbox's events in a SQLite file: durable, for any number of processes on one machine.
 *
 * With a `sqliteStore` on the same `database` object the receiver's claim is completed in the transaction that stores the event.
 *
 * @param options `database`: yours, open, never closed by the engine
 * @throws `config_invalid` where an option can't work, or what the driver throws where the table can't be created
 * @example
 * ```ts
 * const database = new Database("webhooks.db"); // from "libsql"
 * database.exec("PRAGMA journal_mode = WAL");
 * const engine = sqliteEngine({ database });
 * const inbox = createInbox({ provider: github, engine, handler: (event) => console.log(event.type) });
 * ```
 */
export function sqliteEngine(options: SqliteEngineOptions): SqliteEngine {
  const {
    database,
    table: name = "countersign_inbox",
    pollIntervalMs = 200,
    leaseSeconds = 30,
    busyTimeoutMs = 1500,
  } = options ?? ({} as SqliteEngineOptions);
  if (!isSqliteDatabase(database)) {
    throw checks.error(
      "database does not have the methods exec and prepare. Pass an open database of libsql, better-sqlite3, node:sqlite or bun:sqlite, not a file name.",
    );
  }
  checks.positive("leaseSeconds", leaseSeconds, LONGEST_TIMER_SECONDS);
  for (const [option, value] of Object.entries({ pollIntervalMs, busyTimeoutMs })) {
    checks.positive(option, value, LONGEST_TIMER_MS);
  }
  const table = openTable(database, name, busyTimeoutMs);
  const wakers = new Wakers();

  return {
    ordered: true,
    transactional: true,

    async add(queue, { id, orderKey, event }, claim, store) {
      const sharesDatabase =
        store !== undefined && "database" in store && store.database === database;
      await table.write((run) => {
        run("add", queue, id, orderKey ?? null, event);
        // Done, or has thrown, when it returns.
        if (sharesDatabase) void claim.completeIn?.(database);
      });
      wakers.wake(queue);
    },

    async work(queue, runItem, terms) {
      const leaseMs = leaseSeconds * 1000;
      const workTerms = { ...terms, leaseMs, pollMs: pollIntervalMs };
      return wakers.keep(queue, startWorkers(table, queue, runItem, workTerms));
    },

    ...inspectionOf(table, (queue) => wakers.wake(queue)),
  };
}
