import {
  type BossJob,
  insertJobs,
  inTransaction,
  type PgBossLike,
  type Transaction,
} from "./clients.ts";

/** What a job carries. The event is text, since PostgreSQL's `jsonb` takes no NUL and no lone surrogate, and forgets the order of members. */
export interface JobData {
  readonly event: string;
  /** ISO 8601. */
  readonly storedAt: string;
  /** How many attempts failed before. */
  readonly attempts: number;
  readonly orderKey?: string | undefined;
  /** Its place among those that were stored in the same transaction, and so have the same `created_on`. */
  readonly turn?: number | undefined;
  readonly lastError?: string | undefined;
}

/** A job by its id. */
export interface NewJob {
  readonly id: string;
  readonly data: JobData;
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

  /** Sends jobs to where they belong: behind the earlier ones of their order key, or to the workers. Their keys are locked. */
  async send(client: Transaction, jobs: readonly NewJob[]): Promise<void> {
    const keys = [...new Set(jobs.flatMap(({ data: { orderKey } }) => orderKey ?? []))];
    const busy = await this.#open(client, [this.queues.live, this.queues.held], keys);
    const live: NewJob[] = [];
    const held: NewJob[] = [];
    for (const job of jobs) {
      const { orderKey } = job.data;
      if (orderKey === undefined || !busy.has(orderKey)) live.push(job);
      else held.push(job);
      if (orderKey !== undefined) busy.add(orderKey);
    }
    await this.#insert(client, this.queues.live, live);
    await this.#insert(client, this.queues.held, held);
  }

  /** Sends a job to the workers, before the others of its order key. */
  async sendNow(client: Transaction, id: string, data: JobData): Promise<void> {
    await this.#insert(client, this.queues.live, [{ id, data }]);
  }

  /** Sends events for the first time, except those that are there already. */
  async add(client: Transaction, items: readonly NewJob[]): Promise<void> {
    await this.lockKeys(
      client,
      items.map(({ data }) => data.orderKey),
    );
    const { live, held, dead } = this.queues;
    const { rows } = await client.query(
      `SELECT id FROM ${this.#table} WHERE name = ANY ($1::text[]) AND id = ANY ($2::uuid[])`,
      [[live, held, dead], items.map(({ id }) => id)],
    );
    const unknown = new Map(items.map((item) => [item.id, item]));
    for (const { id } of rows as { id: string }[]) unknown.delete(id);
    const jobs = [...unknown.values()];
    await this.send(
      client,
      jobs.map(({ id, data }, turn) => ({ id, data: { ...data, turn } })),
    );
  }

  /** Takes a job out of the hands of its worker. False: it is not there any more. */
  async #end(client: Transaction, id: string): Promise<boolean> {
    const answer = await this.#boss.complete(this.queues.live, id, {}, inTransaction(client));
    return affectedBy(answer) === 1;
  }

  /** Sends a job again that failed, after a while. Its key is locked. */
  async postpone(client: Transaction, id: string, data: JobData, afterMs: number): Promise<void> {
    if (!(await this.#end(client, id))) return;
    await this.remove(client, this.queues.live, id);
    // Not behind the others of its order key: they wait for this one.
    await this.#insert(client, this.queues.live, [{ id, data }], {
      startAfter: new Date(Date.now() + afterMs),
    });
  }

  /** Makes a dead letter of a job. Its key is locked. */
  async bury(client: Transaction, id: string, data: JobData): Promise<void> {
    if (!(await this.#end(client, id))) return;
    await this.remove(client, this.queues.live, id);
    await this.#insert(client, this.queues.dead, [{ id, data }], {
      retentionSeconds: this.#terms.keepDeadSeconds,
    });
    await this.promote(client, data.orderKey);
  }

  /** Marks a job as done. False: it is not there any more, and nothing may be done about it. */
  async finish(client: Transaction, id: string, orderKey: string | undefined): Promise<boolean> {
    await this.lockKeys(client, [orderKey]);
    if (!(await this.#end(client, id))) return false;
    await this.promote(client, orderKey);
    return true;
  }

  /** Marks jobs as done, in vain where they are not there any more. Their keys are locked. */
  async finishAll(client: Transaction, items: readonly NewJob[]): Promise<void> {
    if (items.length === 0) return;
    const keys = new Set(items.map(({ data }) => data.orderKey));
    const ids = items.map(({ id }) => id);
    await this.#boss.complete(this.queues.live, ids, {}, inTransaction(client));
    for (const key of keys) await this.promote(client, key);
  }

  /** Hands the next job of an order key to the workers. */
  async promote(client: Transaction, orderKey: string | undefined): Promise<void> {
    if (orderKey === undefined) return;
    const { held, live } = this.queues;
    const { rows } = await client.query(
      `SELECT id, data FROM ${this.#table} WHERE name = $1 AND singleton_key = $2 AND state < 'active'
       ORDER BY created_on, (data->>'turn')::int, id LIMIT 1`,
      [held, orderKey],
    );
    const [next] = rows as NewJob[];
    if (next === undefined) return;
    if ((await this.#open(client, [live], [orderKey])).size > 0) return;
    await this.remove(client, held, next.id);
    await this.#insert(client, live, [next]);
  }

  /** Deletes a job. */
  async remove(client: Transaction, queue: string, id: string): Promise<void> {
    await this.#boss.deleteJob(queue, id, inTransaction(client));
  }

  /**
   * Whoever adds or ends an event of a key waits here for the others who do, until their transaction ends. All keys at once, in the same
   * order everywhere: two transactions that lock one after the other would wait for each other.
   */
  async lockKeys(client: Transaction, keys: readonly (string | undefined)[]): Promise<void> {
    const named = keys.flatMap((key) => (key === undefined ? [] : [`${this.queues.live} ${key}`]));
    if (named.length === 0) return;
    await client.query(
      `SELECT pg_advisory_xact_lock(lock) FROM (
         SELECT DISTINCT hashtextextended(key, 0) AS lock FROM unnest($1::text[]) AS key ORDER BY lock
       ) AS locks`,
      [named],
    );
  }

  /** The order keys, of those given, that have a job in one of the queues which is not done. */
  async #open(client: Transaction, queues: string[], keys: string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const { rows } = await client.query(
      `SELECT DISTINCT singleton_key AS key FROM ${this.#table}
       WHERE name = ANY ($1::text[]) AND singleton_key = ANY ($2::text[]) AND state < 'completed'`,
      [queues, keys],
    );
    return new Set((rows as { key: string }[]).map(({ key }) => key));
  }

  async #insert(
    client: Transaction,
    queue: string,
    jobs: readonly NewJob[],
    more: Partial<BossJob> = {},
  ): Promise<void> {
    if (jobs.length === 0) return;
    await insertJobs(
      this.#boss,
      client,
      queue,
      jobs.map(({ id, data }) => ({
        id,
        data,
        singletonKey: data.orderKey,
        expireInSeconds: this.#terms.expireInSeconds,
        retentionSeconds: RETENTION_SECONDS,
        retryLimit: RETRY_LIMIT,
        retryDelay: 0,
        ...more,
      })),
    );
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
