import type { Outcome, TakenItem, WorkTerms } from "../engine.ts";
import { groupWrites } from "../group-writes.ts";
import { persist, type Poller, startPolling } from "../polling.ts";
import {
  checkTransaction,
  GROUPS,
  isUnreachable,
  type PgBossLike,
  type PgClient,
  type PgPool,
  transact,
} from "./clients.ts";
import type { JobData, JobMover } from "./queues.ts";

interface FetchedJob {
  readonly id: string;
  readonly data: JobData;
  readonly retryCount: number;
}

/** An attempt that has come to its end. */
interface Ended {
  readonly job: FetchedJob;
  readonly attempt: number;
  readonly outcome: Outcome;
}

/** Starts workers on the jobs of an inbox. */
export function startWorkers(
  boss: PgBossLike,
  pool: PgPool,
  jobs: JobMover,
  runItem: (item: TakenItem) => Promise<Outcome>,
  terms: WorkTerms & { readonly pollMs: number },
): Poller {
  const { concurrency, pollMs, onError } = terms;
  const settleSoon = groupWrites<Ended>({
    write: (ended) => transact(pool, (client) => settle(client, jobs, ended)),
    groups: GROUPS,
    concernsAll: isUnreachable,
  });
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
      if (outcome.status === "done" && outcome.inTransaction) return;
      await persist(() => settleSoon({ job, attempt: item.attempt, outcome }), onError);
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

/** Writes outcomes down. In vain where another worker has ended the job. */
async function settle(client: PgClient, jobs: JobMover, ended: readonly Ended[]): Promise<void> {
  await jobs.lockKeys(
    client,
    ended.map(({ job }) => job.data.orderKey),
  );
  await jobs.finishAll(
    client,
    ended.filter(({ outcome }) => outcome.status === "done").map(({ job }) => job),
  );
  for (const { job, attempt, outcome } of ended) {
    if (outcome.status === "done") continue;
    const { id, data } = job;
    const after: JobData = { ...data, attempts: attempt, lastError: outcome.error };
    if (outcome.status === "dead") await jobs.bury(client, id, after);
    else await jobs.postpone(client, id, after, outcome.afterMs);
  }
}
