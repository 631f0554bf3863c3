import { inTransaction, type PgBossLike, type Transaction } from "./clients.ts";

/** What a job carries. The event is text, since PostgreSQL's `jsonb` takes no NUL and no lone surrogate, and forgets the order of members. */
export interface JobData {
  readonly event: string;
  /** ISO 8601. */
  readonly storedAt: string;
  /** How many attempts failed before. */
  readonly attempts: number;
  readonly orderKey?: string | undefined;
  readonly lastError?: string | undefined;
}

/** How jobs are sent. */
export interface JobTerms {
  /** How long a worker may hold a job before pg-boss gives it to another, in seconds. */
  readonly expireInSeconds: number;
  /** How long dead letters are kept, in seconds. */
  readonly keepDeadSeconds: number;
}

/**
 * The queues of an inbox in pg-boss.
 *
 * An event is a job with the same id all the way. `held` has those that wait for an earlier one of their order key, and `dead` those that
 * no longer are tried.
 */
export interface Queues {
  readonly live: string;
  readonly held: string;
  readonly dead: string;
}

/** Names the queues of an inbox. */
export function queuesOf(inbox: string): Queues {
  return {
    live: `countersign.live.${inbox}`,
    held: `countersign.held.${inbox}`,
    dead: `countersign.dead.${inbox}`,
  };
}

/** A job must outlive any backlog: pg-boss deletes jobs that wait for longer. */
const RETENTION_SECONDS = 10 * 365 * 86_400;
/** Only those whose worker died are retried by pg-boss itself; this package counts their attempts. */
const RETRY_LIMIT = 1000;

/** Moves jobs between the queues of an inbox, inside a transaction. */
export class JobMover {
  readonly #boss: PgBossLike;
  readonly #table: string;
  readonly #terms: JobTerms;
  readonly queues: Queues;

  constructor(boss: PgBossLike, schema: string, queues: Queues, terms: JobTerms) {
    this.#boss = boss;
    this.#table = `"${schema.replaceAll('"', '""')}".job`;
    this.queues = queues;
    this.#terms = terms;
  }

  /** Sends a job to where it belongs: behind the earlier ones of its order key, or to the workers. */
  async send(client: Transaction, id: string, data: JobData): Promise<void> {
    const { orderKey } = data;
    const { live, held } = this.queues;
    const isHeld = orderKey !== undefined && (await this.#hasOpen(client, orderKey));
    await this.#sendTo(isHeld ? held : live, client, id, data, {});
  }

  /** Sends a job to the workers, before the others of its order key. */
  async sendNow(client: Transaction, id: string, data: JobData): Promise<void> {
    await this.#sendTo(this.queues.live, client, id, data, {});
  }

  /** Sends an event for the first time, unless it is there already. */
  async add(client: Transaction, id: string, data: JobData): Promise<void> {
    await this.lockKey(client, data.orderKey);
    const { live, held, dead } = this.queues;
    const { rows } = await client.query(
      `SELECT FROM ${this.#table} WHERE name = ANY ($1::text[]) AND id = $2`,
      [[live, held, dead], id],
    );
    if (rows.length === 0) await this.send(client, id, data);
  }

  /** Takes a job out of the hands of its worker. False: it is not there any more, and nothing may be done about it. */
  async end(client: Transaction, id: string): Promise<boolean> {
    const answer = await this.#boss.complete(this.queues.live, id, {}, inTransaction(client));
    return affectedBy(answer) === 1;
  }

  /** Sends a job again that failed, after a while. */
  async postpone(client: Transaction, id: string, data: JobData, afterMs: number): Promise<void> {
    await this.lockKey(client, data.orderKey);
    if (!(await this.end(client, id))) return;
    await this.remove(client, this.queues.live, id);
    // Not behind the others of its order key: they wait for this one.
    await this.#sendTo(this.queues.live, client, id, data, {
      startAfter: new Date(Date.now() + afterMs),
    });
  }

  /** Makes a dead letter of a job. */
  async bury(client: Transaction, id: string, data: JobData): Promise<void> {
    await this.lockKey(client, data.orderKey);
    if (!(await this.end(client, id))) return;
    await this.remove(client, this.queues.live, id);
    await this.#sendTo(this.queues.dead, client, id, data, {
      retentionSeconds: this.#terms.keepDeadSeconds,
    });
    await this.promote(client, data.orderKey);
  }

  /** Marks a job as done. */
  async finish(client: Transaction, id: string, orderKey: string | undefined): Promise<boolean> {
    await this.lockKey(client, orderKey);
    if (!(await this.end(client, id))) return false;
    await this.promote(client, orderKey);
    return true;
  }

  /** Hands the next job of an order key to the workers. */
  async promote(client: Transaction, orderKey: string | undefined): Promise<void> {
    if (orderKey === undefined) return;
    const { held, live } = this.queues;
    const { rows } = await client.query(
      `SELECT id, data FROM ${this.#table} WHERE name = $1 AND singleton_key = $2 AND state < 'active'
       ORDER BY created_on, id LIMIT 1`,
      [held, orderKey],
    );
    const [next] = rows as { id: string; data: JobData }[];
    if (next === undefined || (await this.#hasLive(client, orderKey))) return;
    await this.remove(client, held, next.id);
    await this.#sendTo(live, client, next.id, next.data, {});
  }

  /** Deletes a job. */
  async remove(client: Transaction, queue: string, id: string): Promise<void> {
    await this.#boss.deleteJob(queue, id, inTransaction(client));
  }

  /** Whoever adds or ends an event of a key waits here for the others who do, until their transaction ends. */
  async lockKey(client: Transaction, orderKey: string | undefined): Promise<void> {
    if (orderKey === undefined) return;
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
      `${this.queues.live} ${orderKey}`,
    ]);
  }

  #hasOpen(client: Transaction, orderKey: string): Promise<boolean> {
    return this.#has(client, [this.queues.live, this.queues.held], orderKey);
  }

  #hasLive(client: Transaction, orderKey: string): Promise<boolean> {
    return this.#has(client, [this.queues.live], orderKey);
  }

  async #has(client: Transaction, queues: string[], orderKey: string): Promise<boolean> {
    const { rows } = await client.query(
      `SELECT FROM ${this.#table}
       WHERE name = ANY ($1::text[]) AND singleton_key = $2 AND state < 'completed' LIMIT 1`,
      [queues, orderKey],
    );
    return rows.length > 0;
  }

  async #sendTo(
    queue: string,
    client: Transaction,
    id: string,
    data: JobData,
    more: object,
  ): Promise<void> {
    await this.#boss.send(queue, data, {
      id,
      expireInSeconds: this.#terms.expireInSeconds,
      retentionSeconds: RETENTION_SECONDS,
      retryLimit: RETRY_LIMIT,
      retryDelay: 0,
      ...(data.orderKey !== undefined && { singletonKey: data.orderKey }),
      ...more,
      ...inTransaction(client),
    });
  }
}

/** How many jobs a command of pg-boss changed. Its types have not always said that it tells. */
function affectedBy(answer: unknown): number {
  const affected: unknown = (answer as { affected?: unknown } | undefined)?.affected;
  if (typeof affected === "number") return affected;
  throw new Error(
    "This version of pg-boss doesn't say whether a job was completed. Use pg-boss 10 or later.",
  );
}
