import type { SqliteDatabase, SqliteStatement } from "@countersign/store-sqlite";
import { isBusy, retryWhileBusy, transact } from "@countersign/store-sqlite/database";
import { groupWrites } from "../group-writes.ts";
import { type Statements, statementsFor } from "./statements.ts";

/** The parameters of a statement. */
type Values = readonly (string | number | null)[];

/** Runs a statement inside a transaction that is open already. */
export type RunStatement = (name: keyof Statements, ...values: Values) => unknown[];

/** The engine's table. */
export interface InboxTable {
  readonly database: SqliteDatabase;
  /**
   * Runs statements in one transaction, under the lock for writing. Waits while others have it.
   *
   * @param work may run more than once; what it throws undoes its own statements alone
   */
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

  const whenFree = <T>(begin: "BEGIN" | "BEGIN IMMEDIATE", work: () => T): Promise<T> =>
    retryWhileBusy("sqliteEngine", busyTimeoutMs, () => transact(database, begin, work));
  const commit = groupWrites<() => void>({
    write: (works) =>
      whenFree("BEGIN IMMEDIATE", () => {
        for (const work of works) work();
      }),
    groups: 1,
    concernsAll: (error) => error instanceof Error && isBusy(error.cause),
  });

  const run: RunStatement = (statement, ...values) => {
    let known = prepared.get(statement);
    if (known === undefined) prepared.set(statement, (known = database.prepare(sql[statement])));
    return allOf(known, values);
  };

  const createTable = (): unknown => database.exec(sql.create);

  async function ready(): Promise<void> {
    if (isCreated) return;
    await commit(createTable);
    isCreated = true;
  }

  try {
    transact(database, "BEGIN IMMEDIATE", createTable);
    isCreated = true;
  } catch (error) {
    if (!isBusy(error)) throw error;
  }

  return {
    database,
    async write<T>(work: (run: RunStatement) => T) {
      await ready();
      let result: T | undefined;
      await commit(() => {
        result = work(run);
      });
      return result as T;
    },
    async read(statement, ...values) {
      await ready();
      return whenFree("BEGIN", () => run(statement, ...values));
    },
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
