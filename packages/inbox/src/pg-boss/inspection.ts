import type { InboxEngine, InspectableEngine, ItemState, StoredItem } from "../engine.ts";
import { type PgPool, transact } from "./clients.ts";
import type { StorageTerms } from "./pg-boss-engine.ts";
import { type JobData, type JobMover, queuesOf } from "./queues.ts";

const PRUNE_LIMIT = 500;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Dead letters that are made due again, or discarded, are sent or deleted at once; only new dead letters need these. */
const ANY_TERMS: StorageTerms = { timeoutMs: 300_000, keepDeadMs: 30 * 86_400_000 };

/** As SQL; `$2` is the queue of dead letters. */
const STATE = `CASE WHEN name = $2 THEN 'dead' WHEN state < 'active' THEN 'waiting' WHEN state = 'active' THEN 'running' ELSE 'done' END`;
const COLUMNS = `id, name, data, retry_count AS "retryCount", start_after AS "startAfter", created_on AS "createdOn", completed_on AS "completedOn", ${STATE} AS state`;

/** The jobs of all inboxes, and how those of one are moved. */
interface Jobs {
  readonly pool: PgPool;
  readonly table: string;
  readonly open: (inbox: string, terms: StorageTerms) => Promise<JobMover>;
  readonly wake: (inbox: string) => void;
}

async function findOne(jobs: Jobs, inbox: string, id: string): Promise<JobRow | undefined> {
  const [row] = UUID.test(id) ? await find(jobs, inbox, "id = $3::uuid", id) : [];
  return row;
}

async function find(
  { pool, table }: Jobs,
  inbox: string,
  condition: string,
  ...values: unknown[]
): Promise<JobRow[]> {
  const { live, held, dead } = queuesOf(inbox);
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM ${table} WHERE name = ANY ($1::text[]) AND state <> 'cancelled' AND ${condition}`,
    [[live, held, dead], dead, ...values],
  );
  return rows as JobRow[];
}

/** Takes a job that is not running out of its queue, and does something with it in the same transaction. */
async function withJob(
  jobs: Jobs,
  inbox: string,
  id: string,
  work: (
    mover: JobMover,
    job: JobRow,
    client: Parameters<JobMover["promote"]>[0],
  ) => Promise<boolean>,
): Promise<boolean> {
  const { pool, table, open, wake } = jobs;
  const known = await findOne(jobs, inbox, id);
  if (known === undefined) return false;
  const mover = await open(inbox, ANY_TERMS);
  const changed = await transact(pool, async (client) => {
    await mover.lockKey(client, known.data.orderKey);
    const { rows } = await client.query(
      `SELECT state FROM ${table} WHERE name = $1 AND id = $2 AND state <> 'active' FOR UPDATE`,
      [known.name, id],
    );
    return rows.length > 0 && work(mover, known, client);
  });
  if (changed) wake(inbox);
  return changed;
}

/** Looks at the jobs of an inbox, and moves them. */
export function inspectionOf(
  pool: PgPool,
  schema: string,
  open: Jobs["open"],
  wake: Jobs["wake"],
): Omit<InspectableEngine, keyof InboxEngine> {
  const table = `"${schema.replaceAll('"', '""')}".job`;
  const all: Jobs = { pool, table, open, wake };

  return {
    async list(inbox, { state, limit, offset }) {
      const order = "ORDER BY data->>'storedAt', created_on, id LIMIT $3 OFFSET $4";
      const rows = await (state === undefined
        ? find(all, inbox, `true ${order}`, limit, offset)
        : find(all, inbox, `${STATE} = $5 ${order}`, limit, offset, state));
      return rows.map(storedItem);
    },
    async get(inbox, id) {
      const row = await findOne(all, inbox, id);
      return row && storedItem(row);
    },
    async counts(inbox) {
      const { live, held, dead } = queuesOf(inbox);
      const { rows } = await pool.query(
        `SELECT ${STATE} AS state, count(*)::int AS count FROM ${table}
         WHERE name = ANY ($1::text[]) AND state <> 'cancelled' GROUP BY 1`,
        [[live, held, dead], dead],
      );
      const counts = { waiting: 0, running: 0, done: 0, dead: 0 };
      for (const { state, count } of rows as { state: ItemState; count: number }[]) {
        counts[state] = count;
      }
      return counts;
    },
    retry: (inbox, id) =>
      withJob(all, inbox, id, async (jobs, { name, state, data }, client) => {
        // A held one is waiting for its turn, which is all that it can do.
        if (state === "done" || name === jobs.queues.held) return false;
        await jobs.remove(client, name, id);
        if (state === "dead") await jobs.send(client, id, { ...data, attempts: 0 });
        else await jobs.sendNow(client, id, data);
        return true;
      }),
    discard: (inbox, id) =>
      withJob(all, inbox, id, async (jobs, { name, data }, client) => {
        await jobs.remove(client, name, id);
        await jobs.promote(client, data.orderKey);
        return true;
      }),
    async prune(inbox, state, olderThanMs) {
      const { live, dead } = queuesOf(inbox);
      // A dead letter is a job that nobody takes: it is as old as it has been waiting.
      const [queue, since] = state === "dead" ? [dead, "created_on"] : [live, "completed_on"];
      let pruned = 0;
      for (;;) {
        const { rows } = await pool.query(
          `DELETE FROM ${table} WHERE name = $1 AND id IN (
             SELECT id FROM ${table} WHERE name = $1 AND ${state === "done" ? "state = 'completed' AND" : ""}
               ${since} <= clock_timestamp() - $2::float8 * interval '1 millisecond'
             LIMIT ${PRUNE_LIMIT}
           ) RETURNING id`,
          [queue, olderThanMs],
        );
        pruned += rows.length;
        if (rows.length < PRUNE_LIMIT) return pruned;
      }
    },
  };
}

interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly data: JobData;
  readonly retryCount: number;
  readonly startAfter: Date;
  readonly createdOn: Date;
  readonly completedOn: Date | null;
  readonly state: ItemState;
}

function storedItem(row: JobRow): StoredItem {
  const { id, state, data, retryCount, startAfter, createdOn, completedOn } = row;
  return {
    id,
    state,
    attempts:
      data.attempts +
      (state === "dead" ? 0 : retryCount) +
      (state === "running" || state === "done" ? 1 : 0),
    storedAt: new Date(data.storedAt),
    dueAt: state === "waiting" ? startAfter : undefined,
    finishedAt: state === "dead" ? createdOn : (completedOn ?? undefined),
    lastError: data.lastError,
    event: data.event,
  };
}
