import { WebhookError } from "@countersign/core";

/** What is used of an instance of pg-boss, 10 or later. */
export interface PgBossLike {
  createQueue(name: string): Promise<unknown>;
  send(name: string, data: object, options: object): Promise<string | null>;
  fetch(name: string, options: object): Promise<unknown[]>;
  complete(name: string, id: string, data: object, options: object): Promise<unknown>;
  deleteJob(name: string, id: string, options: object): Promise<unknown>;
}

/** What is used of a connection of `pg`. */
export interface PgClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
  release(broken?: Error | boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

/** What is used of a `Pool` of `pg`. */
export interface PgPool {
  connect(): Promise<PgClient>;
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A connection with a transaction open, as queries of the engine see it. */
export interface Transaction {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** Runs `work` in a transaction on a connection of the pool. */
export async function transact<T>(
  pool: PgPool,
  work: (client: PgClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that breaks between two queries says so here; unheard, that would end the process. The next query says it too.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  try {
    await client.query("BEGIN", []);
    const result = await work(client);
    await client.query("COMMIT", []);
    return result;
  } catch (error) {
    await client.query("ROLLBACK", []).catch((reason: Error) => {
      broken = reason;
    });
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

/** Makes pg-boss run its statements in a transaction. */
export function inTransaction(client: Transaction): {
  readonly db: { executeSql(text: string, values: unknown[]): Promise<{ rows: unknown[] }> };
} {
  return { db: { executeSql: (text, values) => client.query(text, values) } };
}

/**
 * Checks that a transaction is open on a client. Outside of one the event would be done at once, whatever becomes of the effects.
 *
 * @throws `config_invalid`
 */
export function checkTransaction(client: unknown): Transaction {
  const given = (client ?? {}) as Partial<Transaction> & { getTransactionStatus?(): string | null };
  const isIdle = given.getTransactionStatus?.() === "I";
  if (typeof given.query === "function" && !("totalCount" in given) && !isIdle) {
    return given as Transaction;
  }
  throw new WebhookError(
    "config_invalid",
    "completeIn: no transaction is open on this client. Pass the client from pool.connect() after its BEGIN.",
  );
}
