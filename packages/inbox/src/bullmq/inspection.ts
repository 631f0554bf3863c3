import type { Job, JobType, Queue } from "bullmq";
import type { InboxEngine, InspectableEngine, ItemState, StoredItem } from "../engine.ts";
import type { JobData } from "./job-data.ts";

const PRUNE_LIMIT = 1000;

/** BullMQ's states, by ours. */
const STATES: Readonly<Record<ItemState, readonly JobType[]>> = {
  waiting: ["waiting", "delayed", "prioritized"],
  running: ["active"],
  done: ["completed"],
  dead: ["failed"],
};

/** Looks at the jobs of an inbox and changes them. */
export function inspectionOf(
  queueOf: (inbox: string) => Queue<JobData>,
): Omit<InspectableEngine, keyof InboxEngine> {
  return {
    async list(inbox, { state, limit, offset }) {
      const types = state === undefined ? Object.values(STATES).flat() : [...STATES[state]];
      // Each type is a list of its own: the page is known when the lists up to its end are.
      const jobs = await queueOf(inbox).getJobs(types, 0, offset + limit - 1, true);
      const items = await Promise.all(
        jobs.filter((job) => job !== undefined).map((job) => storedItem(job as Job<JobData>)),
      );
      return items
        .toSorted((left, right) => left.storedAt.getTime() - right.storedAt.getTime())
        .slice(offset, offset + limit);
    },
    async get(inbox, id) {
      const job = await queueOf(inbox).getJob(id);
      return job && storedItem(job);
    },
    async counts(inbox) {
      const counts = await queueOf(inbox).getJobCounts(...Object.values(STATES).flat());
      const sumOf = (state: ItemState): number =>
        STATES[state].reduce((sum, type) => sum + (counts[type] ?? 0), 0);
      return {
        waiting: sumOf("waiting"),
        running: sumOf("running"),
        done: sumOf("done"),
        dead: sumOf("dead"),
      };
    },
    async retry(inbox, id) {
      const job = await queueOf(inbox).getJob(id);
      switch (await job?.getState()) {
        case "failed":
          await job?.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true });
          return true;
        case "delayed":
          await job?.promote();
          return true;
        case "waiting":
        case "prioritized":
          return true;
        default:
          return false;
      }
    },
    async discard(inbox, id) {
      const job = await queueOf(inbox).getJob(id);
      if (job === undefined || (await job.isActive())) return false;
      try {
        await job.remove();
        return true;
      } catch {
        // A worker has just taken it.
        return false;
      }
    },
    async prune(inbox, state, olderThanMs) {
      let pruned = 0;
      for (;;) {
        const type = state === "done" ? "completed" : "failed";
        const batch = await queueOf(inbox).clean(olderThanMs, PRUNE_LIMIT, type);
        pruned += batch.length;
        if (batch.length < PRUNE_LIMIT) return pruned;
      }
    },
  };
}

async function storedItem(job: Job<JobData>): Promise<StoredItem> {
  const { id = "", data, attemptsStarted, finishedOn, failedReason, delay, timestamp } = job;
  const state = await stateOf(job);
  const since = job.processedOn ?? timestamp;
  return {
    id,
    state,
    attempts: attemptsStarted,
    storedAt: new Date(data.storedAt),
    dueAt: state === "waiting" ? new Date(delay > 0 ? since + delay : timestamp) : undefined,
    finishedAt: finishedOn === undefined ? undefined : new Date(finishedOn),
    lastError: state === "done" ? undefined : failedReason || undefined,
    event: data.event,
  };
}

async function stateOf(job: Job<JobData>): Promise<ItemState> {
  switch (await job.getState()) {
    case "completed":
      return "done";
    case "failed":
      return "dead";
    case "active":
      return "running";
    default:
      return "waiting";
  }
}
