import { isWebhookError, WebhookError } from "@countersign/core";

/** What is used of an instance of pg-boss, 10 or later. */
export interface PgBossLike {
  createQueue(name: string): Promise<unknown>;
  /** pg-boss 10: `(jobs, options)`, each job with its queue's name. Later: `(name, jobs, options)`. */
  insert(...args: never[]): Promise<unknown>;
  /** Only pg-boss 10 has it. */
  readonly getQueueSize?: unknown;
  fetch(name: string, options: object): Promise<unknown[]>;
  complete(name: string, id: string | string[], data: object, options: object): Promise<unknown>;
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

/** How many transactions that store events, or write outcomes down, are under way at once: one whose connection hangs doesn't hold up all others. */
export const GROUPS = 2;

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

/** A job as pg-boss inserts it. */
export interface BossJob {
  readonly id: string;
  readonly data: object;
  readonly startAfter?: Date | undefined;
  readonly singletonKey?: string | undefined;
  readonly expireInSeconds: number;
  readonly retryLimit: number;
  readonly retryDelay: number;
  /** Until when it is kept though nobody takes it; to pg-boss 10 in `keepUntil`. */
  readonly retentionSeconds: number;
}

/** Adds jobs to a queue by one statement of a transaction. */
export async function insertJobs(
  boss: PgBossLike,
  client: Transaction,
  queue: string,
  jobs: readonly BossJob[],
): Promise<void> {
  const insert = boss.insert.bind(boss) as (...args: unknown[]) => Promise<unknown>;
  if (boss.getQueueSize === undefined) {
    await insert(queue, jobs, inTransaction(client));
    return;
  }
  const named = jobs.map(({ retentionSeconds, ...job }) => ({
    ...job,
    name: queue,
    keepUntil: new Date(Date.now() + retentionSeconds * 1000),
  }));
  await insert(named, inTransaction(client));
}

/** Tells from an error that it came of the connection, or of the server's state, and not of what was to be written. */
export function isUnreachable(error: unknown): boolean {
  if (isWebhookError(error)) return false;
  const { code } = (error ?? {}) as { readonly code?: unknown };
  // SQLSTATE: five characters. These classes are of connections, resources and shutdown.
  return typeof code !== "string" || !/^(?!08|53|57|58)[\dA-Z]{5}$/.test(code);
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
