import { type ConnectionOptions, type Job, Queue, UnrecoverableError, Worker } from "bullmq";
import type { EngineWorkers, InspectableEngine, Outcome, TakenItem, WorkTerms } from "../engine.ts";
import { checksFor, LONGEST_TIMER_SECONDS } from "../option-checks.ts";
import { inspectionOf } from "./inspection.ts";
import type { JobData } from "./job-data.ts";

/** Options of {@link bullmqEngine}. */
export interface BullmqEngineOptions {
  /** How BullMQ (6 or later) reaches Redis: `{ host, port }`, `{ url }`, or a client with `maxRetriesPerRequest: null`. */
  readonly connection: ConnectionOptions;
  /** What the keys in Redis begin with. Default `countersign`. */
  readonly prefix?: string | undefined;
  /** How long an event stays with a worker that died, in seconds. A worker that lives renews it. Default 30. */
  readonly leaseSeconds?: number | undefined;
}

/** An inbox's engine on BullMQ. */
export interface BullmqEngine extends InspectableEngine {
  /** Closes the connections to Redis that store events. Stop the inboxes first. */
  close(): Promise<void>;
}

const checks = checksFor("bullmqEngine");

/** This package decides when a job has failed for good. */
const NO_LIMIT = 1_000_000;
const BACKOFF = "countersign";

/**
 * Keeps an inbox's events in Redis, as jobs of BullMQ: for any number of processes and machines.
 *
 * Redis must keep what it has confirmed: `appendonly yes`, and `maxmemory-policy noeviction`.
 *
 * @param options `connection`: as BullMQ takes it
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * const engine = bullmqEngine({ connection: { host: "localhost", port: 6379 } });
 * const inbox = createInbox({ provider: github, engine, handler: (event) => console.log(event.type) });
 * ```
 */
export function bullmqEngine(options: BullmqEngineOptions): BullmqEngine {
  const {
    connection,
    prefix = "countersign",
    leaseSeconds = 30,
  } = options ?? ({} as BullmqEngineOptions);
  if (typeof connection !== "object" || connection === null) {
    throw checks.error(
      "connection is missing. Pass { host, port }, { url }, or a client of Redis.",
    );
  }
  checks.positive("leaseSeconds", leaseSeconds, LONGEST_TIMER_SECONDS);
  const queues = new Map<string, Queue<JobData>>();

  function queueOf(inbox: string): Queue<JobData> {
    let queue = queues.get(inbox);
    if (queue === undefined) {
      queue = new Queue<JobData>(inbox, { connection, prefix });
      // Each call that fails says so; unheard, this would end the process.
      queue.on("error", () => {});
      queues.set(inbox, queue);
    }
    return queue;
  }

  return {
    async add(inbox, { id, event }) {
      const data: JobData = { event, storedAt: new Date().toISOString() };
      await queueOf(inbox).add("event", data, {
        jobId: id,
        attempts: NO_LIMIT,
        backoff: { type: BACKOFF },
        stackTraceLimit: 0,
      });
    },

    async work(inbox, run, terms) {
      const leaseMs = leaseSeconds * 1000;
      return startWorker(inbox, run, terms, { connection, prefix, leaseMs });
    },

    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      queues.clear();
    },

    ...inspectionOf(queueOf),
  };
}

async function startWorker(
  inbox: string,
  run: (item: TakenItem) => Promise<Outcome>,
  { concurrency, keepDoneMs, keepDeadMs, onError }: WorkTerms,
  {
    connection,
    prefix,
    leaseMs,
  }: { readonly connection: ConnectionOptions; readonly prefix: string; readonly leaseMs: number },
): Promise<EngineWorkers> {
  const worker = new Worker<JobData>(
    inbox,
    async (job) => {
      const outcome = await run(takenItem(job));
      if (outcome.status === "retrying") throw new TriedAgain(outcome.error, outcome.afterMs);
      if (outcome.status === "dead") throw new UnrecoverableError(outcome.error);
    },
    {
      connection,
      prefix,
      concurrency,
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      // A worker that died has used up an attempt, which this package counts.
      maxStalledCount: NO_LIMIT,
      removeOnComplete: { age: Math.ceil(keepDoneMs / 1000) },
      removeOnFail: { age: Math.ceil(keepDeadMs / 1000) },
      settings: {
        backoffStrategy: (_made, _type, error) =>
          error instanceof TriedAgain ? error.afterMs : leaseMs,
      },
    },
  );
  let isReported = false;
  worker.on("error", (error) => {
    if (!isReported) onError(error);
    isReported = true;
  });
  worker.on("active", () => {
    isReported = false;
  });
  return { stop: () => worker.close() };
}

function takenItem(job: Job<JobData>): TakenItem {
  return {
    id: job.id ?? "",
    attempt: Math.max(1, job.attemptsStarted),
    storedAt: new Date(job.data.storedAt),
    event: job.data.event,
  };
}

/** Tells BullMQ when to try again. */
class TriedAgain extends Error {
  readonly afterMs: number;

  constructor(message: string, afterMs: number) {
    super(message);
    this.afterMs = afterMs;
  }
}
