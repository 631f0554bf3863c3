import type { Claim } from "@countersign/core";
import { LONGEST_TIMER_MS } from "@countersign/core/adapter";
import type {
  InspectableEngine,
  OrderedEngine,
  TransactionalEngine,
  WorkTerms,
} from "../engine.ts";
import { groupWrites } from "../group-writes.ts";
import { checksFor } from "../option-checks.ts";
import { Wakers } from "../wakers.ts";
import { GROUPS, isUnreachable, type PgBossLike, type PgPool, transact } from "./clients.ts";
import { inspectionOf } from "./inspection.ts";
import { JobMover, type NewJob, queuesOf } from "./queues.ts";
import { startWorkers } from "./workers.ts";

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
  const writers = new Map<string, Promise<(item: NewEvent) => Promise<void>>>();

  /** Creates an inbox's queues the first time that they are needed. */
  async function open(inbox: string, { timeoutMs, keepDeadMs }: StorageTerms): Promise<JobMover> {
    const queues = queuesOf(inbox);
    await onlyOnce(created, inbox, () => createQueues(boss, pool, Object.values(queues)));
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

    async add(inbox, { id, event, orderKey, timeoutMs, keepDeadMs }, claim, store) {
      const terms = { timeoutMs, keepDeadMs };
      const write = await onlyOnce(writers, JSON.stringify([inbox, terms]), async () =>
        eventWriter(pool, await open(inbox, terms)),
      );
      const data = { event, storedAt: new Date().toISOString(), attempts: 0, orderKey };
      const sharesPool = store !== undefined && "client" in store && store.client === pool;
      await write({ id, data, claim: sharesPool ? claim : undefined });
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

/** Returns what was made for a key, and makes it where there is none. What failed is made again the next time. */
function onlyOnce<T>(
  made: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  let making = made.get(key);
  if (making === undefined) {
    making = make();
    made.set(key, making);
    making.catch(() => made.delete(key));
  }
  return making;
}

/** An event to be stored, with the receiver's claim where that completes in the same transaction. */
interface NewEvent extends NewJob {
  readonly claim: Claim | undefined;
}

/** Makes a function that stores an event, in one transaction with others that come at the same moment. */
function eventWriter(pool: PgPool, jobs: JobMover): (item: NewEvent) => Promise<void> {
  return groupWrites({
    write: (items) =>
      transact(pool, async (client) => {
        await jobs.add(client, items);
        for (const { claim } of items) await claim?.completeIn?.(client);
      }),
    groups: GROUPS,
    concernsAll: isUnreachable,
  });
}

/** What storing an event has to know of how it is worked on. */
export type StorageTerms = Pick<WorkTerms, "timeoutMs" | "keepDeadMs">;

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
