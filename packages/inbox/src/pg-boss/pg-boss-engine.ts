import { LONGEST_TIMER_MS } from "@countersign/core/adapter";
import type {
  InspectableEngine,
  Outcome,
  OrderedEngine,
  TakenItem,
  TransactionalEngine,
  WorkTerms,
} from "../engine.ts";
import { checksFor } from "../option-checks.ts";
import { persist, startPolling } from "../polling.ts";
import { Wakers } from "../wakers.ts";
import { checkTransaction, type PgBossLike, type PgPool, transact } from "./clients.ts";
import { inspectionOf } from "./inspection.ts";
import { type JobData, JobMover, queuesOf } from "./queues.ts";

/** Options of {@link pgBossEngine}. */
export interface PgBossEngineOptions {
  /** A started `PgBoss` of pg-boss 10 or later: `await boss.start()`. The engine never stops it. */
  readonly boss: PgBossLike;
  /** A `Pool` of `pg` on the same database. With a `postgresStore` on this pool, the claim completes with the event. */
  readonly pool: PgPool;
  /** The schema of pg-boss. Default `pgboss`. */
  readonly schema?: string | undefined;
  /** How often idle workers look for events that another process has stored, in milliseconds. Default 500. */
  readonly pollIntervalMs?: number | undefined;
  /** How long after `timeoutSeconds` an event of a worker that died is taken from it, in seconds. Default 15. */
  readonly leaseSlackSeconds?: number | undefined;
}

/** An inbox's engine on pg-boss. */
export interface PgBossEngine extends InspectableEngine, OrderedEngine, TransactionalEngine {}

const checks = checksFor("pgBossEngine");

/** pg-boss takes no more. */
const LONGEST_EXPIRY_SECONDS = 86_399;

/**
 * Keeps an inbox's events in PostgreSQL, as jobs of pg-boss: for any number of processes and machines.
 *
 * With a `postgresStore` on the same `pool` object the receiver's claim is completed in the transaction that stores the event.
 *
 * @param options `boss` and `pool`: yours, on one database, never closed by the engine
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * const pool = new Pool({ connectionString });
 * const boss = new PgBoss(connectionString);
 * boss.on("error", console.error);
 * await boss.start();
 * const engine = pgBossEngine({ boss, pool });
 * ```
 */
export function pgBossEngine(options: PgBossEngineOptions): PgBossEngine {
  const {
    boss,
    pool,
    schema = "pgboss",
    pollIntervalMs = 500,
    leaseSlackSeconds = 15,
  } = options ?? ({} as PgBossEngineOptions);
  checkClients(boss, pool);
  checks.positive("pollIntervalMs", pollIntervalMs, LONGEST_TIMER_MS);
  checks.positive("leaseSlackSeconds", leaseSlackSeconds, LONGEST_EXPIRY_SECONDS);
  const wakers = new Wakers();
  const created = new Map<string, Promise<unknown>>();

  /** Creates an inbox's queues the first time that they are needed. */
  async function open(inbox: string, { timeoutMs, keepDeadMs }: StorageTerms): Promise<JobMover> {
    const queues = queuesOf(inbox);
    let creating = created.get(inbox);
    if (creating === undefined) {
      creating = createQueues(boss, pool, Object.values(queues));
      created.set(inbox, creating);
      // The next one tries again.
      creating.catch(() => created.delete(inbox));
    }
    await creating;
    return new JobMover(boss, schema, queues, {
      expireInSeconds: Math.min(
        LONGEST_EXPIRY_SECONDS,
        Math.ceil(timeoutMs / 1000 + leaseSlackSeconds),
      ),
      keepDeadSeconds: Math.ceil(keepDeadMs / 1000),
    });
  }

  return {
    ordered: true,
    transactional: true,

    async add(inbox, item, claim, store) {
      const jobs = await open(inbox, item);
      const { id, orderKey, event } = item;
      const data: JobData = {
        event,
        storedAt: new Date().toISOString(),
        attempts: 0,
        orderKey,
      };
      const sharesPool = store !== undefined && "client" in store && store.client === pool;
      await transact(pool, async (client) => {
        await jobs.add(client, id, data);
        if (sharesPool) await claim.completeIn?.(client);
      });
      wakers.wake(inbox);
    },

    async work(inbox, runItem, terms) {
      const jobs = await open(inbox, terms);
      const workTerms = { ...terms, pollMs: pollIntervalMs };
      return wakers.keep(inbox, startWorkers(boss, pool, jobs, runItem, workTerms));
    },

    ...inspectionOf(pool, schema, open, (inbox) => wakers.wake(inbox)),
  };
}

/** Creates queues one after another. Each is a partition of a table, and processes that make some at once would deadlock. */
async function createQueues(boss: PgBossLike, pool: PgPool, names: string[]): Promise<void> {
  await transact(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
      "countersign inbox queues",
    ]);
    for (const name of names) await boss.createQueue(name);
  });
}

/** What storing an event has to know of how it is worked on. */
export type StorageTerms = Pick<WorkTerms, "timeoutMs" | "keepDeadMs">;

interface FetchedJob {
  readonly id: string;
  readonly data: JobData;
  readonly retryCount: number;
}

function startWorkers(
  boss: PgBossLike,
  pool: PgPool,
  jobs: JobMover,
  runItem: (item: TakenItem) => Promise<Outcome>,
  terms: WorkTerms & { readonly pollMs: number },
): ReturnType<typeof startPolling> {
  const { concurrency, pollMs, onError } = terms;
  return startPolling<FetchedJob>({
    concurrency,
    pollMs,
    onError,
    async take(limit) {
      const options = { batchSize: limit, includeMetadata: true };
      return (await boss.fetch(jobs.queues.live, options)) as FetchedJob[];
    },
    async run(job) {
      const item = takenItem(jobs, job, terms.timeoutMs);
      const outcome = await runItem(item);
      await persist(() => settle(pool, jobs, job, item.attempt, outcome), onError);
    },
  });
}

function takenItem(
  jobs: JobMover,
  { id, data, retryCount }: FetchedJob,
  timeoutMs: number,
): TakenItem {
  return {
    id,
    attempt: data.attempts + retryCount + 1,
    storedAt: new Date(data.storedAt),
    event: data.event,
    lease: {
      token: crypto.randomUUID(),
      // pg-boss keeps the job for the whole attempt.
      leaseMs: timeoutMs * 2,
      extend: () => true,
      completeIn: (client: unknown) => jobs.finish(checkTransaction(client), id, data.orderKey),
    },
  };
}

/** Writes an outcome down. In vain where another worker has ended the job. */
async function settle(
  pool: PgPool,
  jobs: JobMover,
  { id, data }: FetchedJob,
  attempt: number,
  outcome: Outcome,
): Promise<void> {
  if (outcome.status === "done" && outcome.inTransaction) return;
  await transact(pool, async (client) => {
    switch (outcome.status) {
      case "done":
        await jobs.finish(client, id, data.orderKey);
        return;
      case "retrying": {
        const { error: lastError, afterMs } = outcome;
        await jobs.postpone(client, id, { ...data, attempts: attempt, lastError }, afterMs);
        return;
      }
      case "dead":
        await jobs.bury(client, id, { ...data, attempts: attempt, lastError: outcome.error });
    }
  });
}

function checkClients(boss: unknown, pool: unknown): void {
  const { fetch, complete } = (boss ?? {}) as Partial<PgBossLike>;
  if (typeof fetch !== "function" || typeof complete !== "function") {
    throw checks.error(
      "boss does not have the methods fetch and complete. Pass a started PgBoss of pg-boss 10 or later.",
    );
  }
  if (typeof (pool as Partial<PgPool> | undefined)?.connect !== "function") {
    throw checks.error(
      "pool does not have the method connect. Pass a Pool of pg, on the database of pg-boss.",
    );
  }
}
