import type { SqliteDatabase, SqliteStatement } from "@countersign/store-sqlite";
import { isBusy, retryWhileBusy, transact } from "@countersign/store-sqlite/database";
import { type Statements, statementsFor } from "./statements.ts";

/** The parameters of a statement. */
type Values = readonly (string | number | null)[];

/** Runs a statement inside a transaction that is open already. */
export type RunStatement = (name: keyof Statements, ...values: Values) => unknown[];

/** The engine's table. */
export interface InboxTable {
  readonly database: SqliteDatabase;
  /** Runs statements in one transaction, under the lock for writing. Waits while others have it. */
  write<T>(work: (run: RunStatement) => T): Promise<T>;
  /** Runs a statement without the lock for writing. */
  read(name: keyof Statements, ...values: Values): Promise<unknown[]>;
  /** Runs a statement on a connection of the user's, in the transaction that is open there. */
  runOn(database: SqliteDatabase, name: keyof Statements, ...values: Values): unknown[];
}

/**
 * Opens the table, and creates it where it is missing: now, or late where the database is locked.
 *
 * @param busyTimeoutMs for how long an operation is tried again while others write, in milliseconds
 */
export function openTable(
  database: SqliteDatabase,
  name: string,
  busyTimeoutMs: number,
): InboxTable {
  const sql = statementsFor(name);
  const prepared = new Map<keyof Statements, SqliteStatement>();
  let isCreated = false;

  const run: RunStatement = (statement, ...values) => {
    let known = prepared.get(statement);
    if (known === undefined) prepared.set(statement, (known = database.prepare(sql[statement])));
    return allOf(known, values);
  };

  function create(): void {
    if (isCreated) return;
    transact(database, "BEGIN IMMEDIATE", () => database.exec(sql.create));
    isCreated = true;
  }

  function whenFree<T>(begin: "BEGIN" | "BEGIN IMMEDIATE", work: () => T): Promise<T> {
    return retryWhileBusy("sqliteEngine", busyTimeoutMs, () => {
      create();
      return transact(database, begin, work);
    });
  }

  try {
    create();
  } catch (error) {
    if (!isBusy(error)) throw error;
  }

  return {
    database,
    write: (work) => whenFree("BEGIN IMMEDIATE", () => work(run)),
    read: (statement, ...values) => whenFree("BEGIN", () => run(statement, ...values)),
    runOn(connection, statement, ...values) {
      if (connection === database) return run(statement, ...values);
      return allOf(connection.prepare(sql[statement]), values);
    },
  };
}

/** Every driver takes null; the type of a statement that the store has needs none. */
function allOf(statement: SqliteStatement, values: Values): unknown[] {
  return statement.all(...(values as (string | number)[]));
}
