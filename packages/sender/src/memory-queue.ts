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
      const worker = new Worker(run, concurrency, take, (text) => add(text, RERUN_MS));
      const pump = (): void => worker.pump();
      pumps.add(pump);
      pump();
      return { stop: () => worker.stop(() => pumps.delete(pump)) };
    },
  };
}

/** Runs jobs, a number of them at a time. */
class Worker {
  readonly #run: (job: Job) => Promise<void>;
  readonly #concurrency: number;
  readonly #take: () => string | undefined;
  readonly #putBack: (text: string) => void;
  #running = 0;
  #stopped: (() => void) | undefined;
  #stopping: Promise<void> | undefined;

  constructor(
    run: (job: Job) => Promise<void>,
    concurrency: number,
    take: () => string | undefined,
    putBack: (text: string) => void,
  ) {
    this.#run = run;
    this.#concurrency = concurrency;
    this.#take = take;
    this.#putBack = putBack;
  }

  /** Begins as many jobs as it may. */
  pump(): void {
    while (this.#running < this.#concurrency) {
      const text = this.#take();
      if (text === undefined) break;
      this.#running++;
      void this.#work(text);
    }
    if (this.#running === 0) this.#stopped?.();
  }

  /** Works off what is due, and ends. `leave` is called in the moment when nothing is left, so that no further job begins. */
  stop(leave: () => void): Promise<void> {
    this.#stopping ??= new Promise((resolve) => {
      this.#stopped = () => {
        leave();
        resolve();
      };
      this.pump();
    });
    return this.#stopping;
  }

  async #work(text: string): Promise<void> {
    try {
      await this.#run(JSON.parse(text) as Job);
    } catch {
      this.#putBack(text);
    }
    this.#running--;
    this.pump();
  }
}
