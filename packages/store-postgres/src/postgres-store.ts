import { type ClaimResult, type ClaimStore, WebhookError } from "@countersign/core";
import { sweepNowAndThen } from "@countersign/core/adapter";
import {
  changeOn,
  hasOpenTransaction,
  isPostgresClient,
  type PostgresClient,
  queryOn,
  type Statement,
} from "./client.ts";
import { codeOf } from "./error-code.ts";
import { statementsFor } from "./statements.ts";

/** Options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /**
   * A `Pool` of `pg`, the `sql` of postgres.js, or a PGlite. A single `Client` of `pg` works too, but while a transaction of yours is open
   * on it the store refuses, and deliveries are told to come again.
   */
  readonly client: PostgresClient;
  /** The table of the records, without its schema. Default `countersign_claims`. */
  readonly table?: string;
  /** The schema of the table, which must exist. Default: the first of the connection's `search_path`. */
  readonly schema?: string;
  /**
   * Prepares each statement once a connection, which halves what it costs the database. Default true. Set it to false behind a pooler
   * that hands each statement to another connection and keeps no prepared statements: PgBouncer before 1.21 in transaction mode, say.
   */
  readonly prepare?: boolean;
}

/** A {@link ClaimStore} in a table of PostgreSQL. */
export interface PostgresStore extends ClaimStore {
  /** The client that was given: an inbox on the same one completes the claim in the transaction that stores the event. */
  readonly client: PostgresClient;

  /**
   * Creates the table where it is missing. Call it at start, in every process; those that come at the same time wait for each other.
   */
  migrate(): Promise<void>;

  /**
   * Completes inside the transaction that is open on `client`. The record's row is locked until it ends.
   *
   * Under `REPEATABLE READ` and `SERIALIZABLE` it fails with a serialization error where a heartbeat came after the transaction's
   * first statement: run the transaction again, or take the default, `READ COMMITTED`.
   *
   * @param client the `Client` of `pg` that the transaction was begun on, the `sql` that `sql.begin` of postgres.js hands out, or the
   *   transaction of PGlite
   * @throws `config_invalid` where no transaction is open on a client of `pg`, or `client` is none of these
   */
  completeIn(
    client: PostgresClient,
    key: string,
    options: { token: string; retentionMs: number },
  ): Promise<boolean>;

  /**
   * Deletes a batch of records whose time is over, without waiting for rows that others have locked. The store does so by itself,
   * after one in 64 of the events that it completes.
   *
   * @returns how many records were deleted; at most 256
   */
  deleteExpired(): Promise<number>;
}

const SWEEP_LIMIT = 256;
const SERIALIZATION_FAILURE = "40001";
const UNDEFINED_TABLE = "42P01";
const MAX_ATTEMPTS = 3;

/**
 * A {@link ClaimStore} in a table of PostgreSQL: for any number of processes and machines, with the database's clock.
 *
 * Call `await store.migrate()` once at start. The store never closes the client.
 *
 * @param options `client`: yours; `table` and `schema`: quoted as they are; `prepare`
 * @throws `config_invalid` where `client` is not a client, or a name can't be one
 *
 * @example
 * ```ts
 * const store = postgresStore({ client: new Pool({ connectionString }) });
 * await store.migrate();
 * app.post("/webhooks", webhook({ provider, secret, store }), handler);
 * ```
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  const {
    client,
    table = "countersign_claims",
    schema,
    prepare = true,
  } = options ?? ({} as PostgresStoreOptions);
  if (!isPostgresClient(client)) {
    const advice = [client, options].some(isRedisClient)
      ? "Is this a client of Redis? Use redisStore({ client }) of @countersign/store-redis."
      : "Pass the client itself: postgresStore({ client: pool }).";
    throw new WebhookError(
      "config_invalid",
      `postgresStore: client has neither query (pg, PGlite) nor unsafe (postgres.js). ${advice}`,
    );
  }
  const sql = statementsFor(table, schema);
  const change = (statement: Statement, ...values: (string | number)[]): Promise<number> =>
    runAlone(client, table, () => changeOn(client, statement, values, prepare));
  const find = (key: string): Promise<unknown[]> =>
    runAlone(client, table, () => queryOn(client, sql.find, [key], prepare));
  const deleteExpired = (): Promise<number> => change(sql.deleteExpired, SWEEP_LIMIT);
  const sweep = sweepNowAndThen(deleteExpired);

  return {
    client,

    async migrate() {
      await runAlone(client, table, () => queryOn(client, sql.migrate, [], false));
    },

    async claim(key, { token, leaseMs }): Promise<ClaimResult> {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- the second only where the first took nothing
        if ((await change(sql.take, key, token, leaseMs)) > 0) return { status: "claimed" };
        // oxlint-disable-next-line no-await-in-loop
        const [known] = (await find(key)) as { processed: boolean; left_ms: number }[];
        if (known?.processed === true) return { status: "processed" };
        if (known !== undefined) {
          return { status: "in_flight", retryAfterMs: Math.max(1, known.left_ms) };
        }
        // Given back or lapsed between the two statements: now it can be taken.
      }
    },

    async extend(key, { token, leaseMs }) {
      return (await change(sql.extend, key, token, leaseMs)) > 0;
    },

    async complete(key, { token, retentionMs }) {
      const completed = (await change(sql.complete, key, token, retentionMs)) > 0;
      if (completed) sweep();
      return completed;
    },

    async release(key, { token }) {
      return (await change(sql.release, key, token)) > 0;
    },

    async completeIn(transaction, key, { token, retentionMs }) {
      checkTransaction(transaction);
      const values = [key, token, retentionMs];
      return (await changeOn(transaction, sql.complete, values, prepare)) > 0;
    },

    deleteExpired,
  };
}

/** Runs a statement by itself: never inside a transaction of the user's, and once more where one has come between. */
async function runAlone<T>(
  client: PostgresClient,
  table: string,
  query: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    refuseTransaction(client);
    let result: T;
    try {
      result = await query();
    } catch (error) {
      const code = codeOf(error);
      if (code === UNDEFINED_TABLE) {
        throw new Error(
          `postgresStore: the table ${table} is not there. Call "await store.migrate()" once at start, and look at the search_path of the connection.`,
          { cause: error },
        );
      }
      // Only where the connections default to a stricter isolation than READ COMMITTED.
      if (code !== SERIALIZATION_FAILURE || attempt === MAX_ATTEMPTS) throw error;
      continue;
    }
    // A BEGIN that was on its way when we looked: what has been written may be rolled back.
    refuseTransaction(client);
    return result;
  }
}

function refuseTransaction(client: PostgresClient): void {
  if (!hasOpenTransaction(client)) return;
  throw new Error(
    "postgresStore: a transaction is open on the store's client. Give the store a Pool, or a Client of its own.",
  );
}

/** Outside of a transaction the record would be completed at once, whatever becomes of the effects. */
function checkTransaction(client: PostgresClient): void {
  if (!isPostgresClient(client)) {
    throw new WebhookError(
      "config_invalid",
      "completeIn: this is not a client of pg, the sql of sql.begin (postgres.js) or a transaction of PGlite.",
    );
  }
  const isPool = "totalCount" in client;
  const isIdle = "getTransactionStatus" in client && !hasOpenTransaction(client);
  const isTopLevel = "begin" in client || "transaction" in client;
  if (isPool || isIdle || isTopLevel) {
    throw new WebhookError(
      "config_invalid",
      "completeIn: no transaction is open on this client. With pg, pass the client from pool.connect() after its BEGIN; with postgres.js, the sql that sql.begin hands out; with PGlite, the transaction that db.transaction hands out.",
    );
  }
}

/** The store that is confused with this one most. */
function isRedisClient(value: unknown): boolean {
  return ["evalSha", "evalsha"].some((name) => name in Object(value ?? {}));
}
