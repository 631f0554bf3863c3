import { type ClaimResult, type ClaimStore, WebhookError } from "@countersign/core";
import { sweepNowAndThen } from "@countersign/core/adapter";
import { changesOf, isInTransaction, isSqliteDatabase, type SqliteDatabase } from "./database.ts";
import { deletingExpired } from "./expired.ts";
import { operationsOn } from "./operations.ts";
import { statementsFor } from "./statements.ts";

/** Options of {@link sqliteStore}. */
export interface SqliteStoreOptions {
  /** An open database of `libsql`, `better-sqlite3`, `node:sqlite` or `bun:sqlite`. */
  readonly database: SqliteDatabase;
  /** The table of the records, which is created where it is missing. Default `countersign_claims`. */
  readonly table?: string;
  /**
   * For how long an operation is tried again while another connection writes, or a transaction of yours is open on this one, in
   * milliseconds. Default 1500: less than the receiver's `storeTimeoutMs`.
   */
  readonly busyTimeoutMs?: number;
}

/** A {@link ClaimStore} in a SQLite file. */
export interface SqliteStore extends ClaimStore {
  /** The database that was given: an inbox in the same one completes the claim in the transaction that stores the event. */
  readonly database: SqliteDatabase;

  /**
   * Completes inside the transaction that is open on `database`, synchronously, so that it can be used in
   * `database.transaction(() => { … }).immediate()`. Begin transactions as `IMMEDIATE`: in a deferred one it is your first write that
   * meets the lock of another connection, and libsql can't commit anything on that connection afterwards.
   *
   * @param database a connection to the same file with your transaction open; the store's own one or another
   * @throws `config_invalid` where no transaction is open on it
   */
  completeIn(
    database: SqliteDatabase,
    key: string,
    options: { token: string; retentionMs: number },
  ): boolean;

  /**
   * Deletes a batch of records whose time is over. The store does so by itself: after one in 64 of the events that it completes it looks
   * at 256 records.
   *
   * @returns how many records were deleted; at most 256, and 0 only where there was none
   */
  deleteExpired(): Promise<number>;
}

/**
 * A {@link ClaimStore} in a SQLite file: durable, for any number of processes on one machine.
 *
 * Drivers of SQLite are synchronous: the receiver's `storeTimeoutMs` can't interrupt an operation. Open the database in WAL mode
 * and with a busy timeout of 0: the store waits for other writers by itself, without blocking the process.
 *
 * Its own statements never become part of a transaction of yours on the same connection; they wait until that has ended.
 *
 * @param options `database`: yours, open, never closed by the store; `table`; `busyTimeoutMs`
 * @throws `config_invalid` where `database` is not a database, or what the driver throws where the table can't be created
 *
 * @example
 * ```ts
 * const database = new Database("webhooks.db");   // from "libsql"
 * database.exec("PRAGMA journal_mode = WAL");
 * app.post("/webhooks", webhook({ provider, secret, store: sqliteStore({ database }) }), handler);
 * ```
 */
export function sqliteStore(options: SqliteStoreOptions): SqliteStore {
  const {
    database,
    table = "countersign_claims",
    busyTimeoutMs = 1500,
  } = options ?? ({} as SqliteStoreOptions);
  if (!isSqliteDatabase(database)) {
    throw new WebhookError(
      "config_invalid",
      "sqliteStore: database does not have the methods exec and prepare. Pass an open database of libsql, better-sqlite3, node:sqlite or bun:sqlite, not a file name.",
    );
  }
  const sql = statementsFor(table);
  const run = operationsOn(database, sql, busyTimeoutMs);
  const { deleteExpired, deleteSome } = deletingExpired(run);
  let latestKey = "";
  const sweep = sweepNowAndThen(() => deleteSome(latestKey));

  const changed = (
    statement: "extend" | "complete" | "release",
    ...values: (string | number)[]
  ): Promise<boolean> => run({ write: (all) => changesOf(all[statement].run(...values)) > 0 });

  return {
    database,

    claim: (key, { token, leaseMs }) =>
      run<ClaimResult>({
        write: (all) => {
          for (;;) {
            if (changesOf(all.take.run(key, token, Math.ceil(leaseMs))) > 0)
              return { status: "claimed" };
            const known = answerOf(all.find.all(key));
            if (known !== undefined) return known;
            // Its time was over between the two statements: now it can be taken.
          }
        },
        // Duplicates don't wait for whoever writes.
        read: (all) => answerOf(all.find.all(key)),
      }),

    extend: (key, { token, leaseMs }) => changed("extend", Math.ceil(leaseMs), key, token),

    async complete(key, { token, retentionMs }) {
      const completed = await changed("complete", Math.ceil(retentionMs), key, token);
      latestKey = key;
      if (completed) sweep();
      return completed;
    },

    release: (key, { token }) => changed("release", key, token),

    completeIn(client, key, { token, retentionMs }) {
      if (!isInTransaction(client)) {
        throw new WebhookError(
          "config_invalid",
          "completeIn: no transaction is open on this connection. Begin one, make the event's effects in it, and call completeIn before it commits.",
        );
      }
      // Where the lock can't be had it must not be the prepared statement that fails: see `transact`.
      client.exec(sql.lock);
      return changesOf(client.prepare(sql.complete).run(Math.ceil(retentionMs), key, token)) > 0;
    },

    deleteExpired,
  };
}

function answerOf([row]: unknown[]): ClaimResult | undefined {
  if (row === undefined) return undefined;
  const { token, leftMs } = row as { token: string | null; leftMs: number };
  return token === null ? { status: "processed" } : { status: "in_flight", retryAfterMs: leftMs };
}
