import { configError } from "./config-error.ts";
import type { Job, Queue } from "./queue.ts";

/** Options of {@link memoryQueue}. */
export interface MemoryQueueOptions {
  /** How many jobs it holds at the most, with delayed ones; a further one is refused. Default 100 000. */
  readonly maxJobs?: number | undefined;
}

/** A {@link Queue} in this process's memory. */
export interface MemoryQueue extends Queue {
  /** How many jobs wait, with delayed ones and without those under way. */
  readonly size: number;
}

/** How long a job waits that failed for reasons of this side, such as a database that is away. */
const RERUN_MS = 1000;

/**
 * Holds jobs in memory: for tests, examples and one process. What waits when the process ends is lost; `stop` therefore works off what is
 * due first. Delayed retries are left.
 *
 * @throws `config_invalid` where `maxJobs` is not a whole number above 0
 */
export function memoryQueue({ maxJobs = 100_000 }: MemoryQueueOptions = {}): MemoryQueue {
  if (!Number.isSafeInteger(maxJobs) || maxJobs < 1) {
    throw configError(`maxJobs is ${String(maxJobs)}; it must be a whole number above 0.`);
  }
  // Two stacks make a queue: what comes in is turned around when there is no more to go out.
  let incoming: string[] = [];
  let outgoing: string[] = [];
  let delayed = 0;
  const pumps = new Set<() => void>();

  // As text, since a job must not change when its event's body is changed by the caller, and so that only what can be written is taken.
  function add(text: string, delayMs: number): void {
    if (delayMs > 0) {
      delayed++;
      const timer = setTimeout(() => {
        delayed--;
        add(text, 0);
      }, delayMs);
      timer.unref();
      return;
    }
    incoming.push(text);
    for (const pump of pumps) pump();
  }

  function take(): string | undefined {
    if (outgoing.length === 0) {
      outgoing = incoming.toReversed();
      incoming = [];
    }
    return outgoing.pop();
  }

  const size = (): number => incoming.length + outgoing.length + delayed;

  return {
    shared: false,
    get size() {
      return size();
    },
    async enqueue(job, { delayMs = 0 } = {}) {
      if (size() >= maxJobs) {
        throw new Error(
          `memoryQueue is full: ${maxJobs} jobs wait. Raise maxJobs, start more workers, or use a durable queue.`,
        );
      }
      add(JSON.stringify(job), delayMs);
    },
    async consume(run, { concurrency }) {
      let running = 0;
      let stopped: (() => void) | undefined;
      let stopping: Promise<void> | undefined;

      function pump(): void {
        while (running < concurrency) {
          const text = take();
          if (text === undefined) break;
          running++;
          void work(text);
        }
        if (running === 0) stopped?.();
      }

      async function work(text: string): Promise<void> {
        try {
          await run(JSON.parse(text) as Job);
        } catch {
          add(text, RERUN_MS);
        }
        running--;
        pump();
      }

      pumps.add(pump);
      pump();
      return {
        stop: () =>
          (stopping ??= new Promise<void>((resolve) => {
            stopped = () => {
              pumps.delete(pump);
              resolve();
            };
            pump();
          })),
      };
    },
  };
}
