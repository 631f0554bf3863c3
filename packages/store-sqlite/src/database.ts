/** The methods that are used of a prepared statement. */
export interface SqliteStatement {
  all(...values: (string | number)[]): unknown[];
  /** Returns an object whose `changes` is how many records were changed. */
  run(...values: (string | number)[]): unknown;
}

/** The methods that are used of a database of `libsql`, `better-sqlite3`, `node:sqlite` (`DatabaseSync`) or `bun:sqlite`. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

/** Another connection, or a transaction of the user's on this one, has what is needed; it passes. */
export function isBusy(error: unknown): boolean {
  return /database (table )?is locked|within a transaction/.test(messageOf(error));
}

/**
 * Runs `work` in a transaction of its own, without giving control away in between.
 *
 * Reads too: outside of one, a statement on a connection that has the user's transaction open would become part of that. `BEGIN`
 * refuses there. And a prepared statement that fails for a lock outside of a transaction leaves a libsql connection where later
 * statements are never committed; `exec` leaves nothing behind.
 */
export function transact<T>(
  database: SqliteDatabase,
  begin: "BEGIN" | "BEGIN IMMEDIATE",
  work: () => T,
): T {
  database.exec(begin);
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      database.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself, as it does where the disk is full.
    }
    throw error;
  }
}

const LONGEST_WAIT_MS = 32;

/**
 * Runs `work` again and again while the database is busy, without blocking the process in between.
 *
 * @param who whose work it is, for the message of the error
 * @param busyTimeoutMs for how long it is tried, in milliseconds
 * @throws what `work` throws, and an error that names `busyTimeoutMs` where the database stays busy
 */
export async function retryWhileBusy<T>(
  who: string,
  busyTimeoutMs: number,
  work: () => T,
): Promise<T> {
  const giveUpAtMs = performance.now() + busyTimeoutMs;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() + waitMs > giveUpAtMs) {
        throw new Error(
          `${who}: the database was locked, or your transaction open on its connection, for ${busyTimeoutMs} ms. Keep transactions short, or give ${who} a connection of its own.`,
          { cause: error },
        );
      }
    }
    // Not all at the same moment again.
    await sleep(waitMs * (0.5 + Math.random()));
  }
}

/** Tells whether a value has the methods of a database that are used here. */
export function isSqliteDatabase(value: unknown): value is SqliteDatabase {
  const { exec, prepare } = (value ?? {}) as Partial<SqliteDatabase>;
  return typeof exec === "function" && typeof prepare === "function";
}

/** Reads from what a statement's `run` returned how many records it changed. */
export function changesOf(result: unknown): number {
  const { changes } = (result ?? {}) as { changes?: unknown };
  // Where nobody can tell, a claim must not pass for granted, nor for refused.
  if (typeof changes !== "number" && typeof changes !== "bigint") {
    throw new TypeError(
      "sqliteStore: the driver does not say how many records a statement changed.",
    );
  }
  return Number(changes);
}

/** Tells whether a transaction is open on this connection. */
export function isInTransaction(database: SqliteDatabase): boolean {
  try {
    database.exec("BEGIN");
  } catch (error) {
    if (/within a transaction/.test(messageOf(error))) return true;
    throw error;
  }
  database.exec("ROLLBACK");
  return false;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
