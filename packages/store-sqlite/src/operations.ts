import {
  isBusy,
  retryWhileBusy,
  type SqliteDatabase,
  type SqliteStatement,
  transact,
} from "./database.ts";
import type { Statements } from "./statements.ts";
import { inTurns } from "./turns.ts";

/** The statements that are prepared; the others are run as text. */
type Prepared = Readonly<
  Record<Exclude<keyof Statements, "create" | "lock" | "readLock">, SqliteStatement>
>;

/** One step of the store, which may share a transaction with others. */
export interface Operation<T> {
  /** Runs under the lock for writing. May run more than once. */
  readonly write: (statements: Prepared) => T;
  /** Answers without that lock where it can, so that it doesn't wait for whoever has it. */
  readonly read?: (statements: Prepared) => T | undefined;
}

interface Waiting extends Operation<unknown> {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Runs operations in transactions of the store's own. What comes in one turn of the event loop shares one, since the commit is most of what
 * an operation costs; each is answered only when it is committed.
 *
 * @param busyTimeoutMs for how long an operation is tried again while others write, in milliseconds
 */
export function operationsOn(
  database: SqliteDatabase,
  sql: Statements,
  busyTimeoutMs: number,
): <T>(operation: Operation<T>) => Promise<T> {
  let prepared: Prepared | undefined;

  /** Also creates the table: late where the database was locked when the store was made. */
  function statements(): Prepared {
    if (prepared === undefined) {
      transact(database, "BEGIN IMMEDIATE", () => database.exec(sql.create));
      prepared = prepare(database, sql);
    }
    return prepared;
  }

  /** Answers all of them. */
  function write(group: readonly Waiting[]): void {
    const all = statements();
    const results = transact(database, "BEGIN IMMEDIATE", () => group.map((one) => one.write(all)));
    for (const [index, { resolve }] of group.entries()) resolve(results[index]);
  }

  /** Answers those that need no lock for writing, and returns the others. */
  function read(group: readonly Waiting[]): readonly Waiting[] {
    const all = prepared;
    if (all === undefined || group.every((one) => one.read === undefined)) return group;
    try {
      const results = transact(database, "BEGIN", () => {
        // Where this lock can't be had either it must not be a prepared statement that fails: see `transact`.
        database.exec(sql.readLock);
        return group.map((one) => one.read?.(all));
      });
      for (const [index, { resolve }] of group.entries()) {
        if (results[index] !== undefined) resolve(results[index]);
      }
      return group.filter((_, index) => results[index] === undefined);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return group;
    }
  }

  async function run(group: readonly Waiting[]): Promise<void> {
    let left = group;
    try {
      await retryWhileBusy("sqliteStore", busyTimeoutMs, () => {
        try {
          write(left);
        } catch (error) {
          if (!isBusy(error)) throw error;
          left = read(left);
          if (left.length > 0) throw error;
        }
      });
    } catch (error) {
      // One that can't be written must not take the others of its group with it.
      const isOfOne = left.length > 1 && !(error instanceof Error && isBusy(error.cause));
      for (const one of left) {
        if (isOfOne) void run([one]);
        else one.reject(error);
      }
    }
  }

  try {
    statements();
  } catch (error) {
    if (!isBusy(error)) throw error;
  }

  const runSoon = inTurns<Waiting>((group) => void run(group));
  return <T>(operation: Operation<T>) =>
    new Promise<T>((resolve, reject) => {
      runSoon({ ...operation, resolve: resolve as (result: unknown) => void, reject });
    });
}

function prepare(database: SqliteDatabase, sql: Statements): Prepared {
  return {
    find: database.prepare(sql.find),
    take: database.prepare(sql.take),
    extend: database.prepare(sql.extend),
    complete: database.prepare(sql.complete),
    release: database.prepare(sql.release),
    stretch: database.prepare(sql.stretch),
    deleteExpired: database.prepare(sql.deleteExpired),
  };
}
