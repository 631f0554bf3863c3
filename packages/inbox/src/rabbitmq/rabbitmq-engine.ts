import { type RabbitmqQueue, rabbitmqQueue } from "@countersign/queue-rabbitmq";
import type { InboxEngine, Outcome, TakenItem } from "../engine.ts";
import { checksFor, shown } from "../option-checks.ts";
import { contentOf, type Job, jobOf } from "./job.ts";

/** Options of {@link rabbitmqEngine}. */
export interface RabbitmqEngineOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  readonly url: string;
  /** What the queues' names begin with: `<prefix>.<inbox>`. Default `countersign.inbox`. */
  readonly prefix?: string | undefined;
  /** How long storing an event may take, in milliseconds. Default 1500: less than the receiver's `storeTimeoutMs`. */
  readonly enqueueTimeoutMs?: number | undefined;
}

/** An inbox's engine on RabbitMQ. It can't list what is in its queues: RabbitMQ's own management does. */
export interface RabbitmqEngine extends InboxEngine {
  /** Closes the connections to RabbitMQ. Stop the inboxes first. */
  close(): Promise<void>;
}

/** The two queues of an inbox. */
interface Queues {
  readonly live: RabbitmqQueue;
  readonly dead: RabbitmqQueue;
}

/**
 * Keeps an inbox's events in quorum queues of RabbitMQ 3.10 or later: for any number of processes and machines.
 *
 * RabbitMQ doesn't know an event again. Give the inbox a `store`, so that one that was stored or delivered twice is handled once.
 *
 * @param options `url`: the broker
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * const engine = rabbitmqEngine({ url: process.env.AMQP_URL ?? "amqp://localhost" });
 * const inbox = createInbox({ provider: github, engine, handler: (event) => console.log(event.type) });
 * ```
 */
export function rabbitmqEngine(options: RabbitmqEngineOptions): RabbitmqEngine {
  const {
    url,
    prefix = "countersign.inbox",
    enqueueTimeoutMs = 1500,
  } = options ?? ({} as RabbitmqEngineOptions);
  if (typeof prefix !== "string" || !/^[\w.:-]{1,90}$/.test(prefix)) {
    throw checksFor("rabbitmqEngine").error(
      `prefix is ${shown(prefix)}; it must be 1 to 90 of letters, digits and _ . : -`,
    );
  }
  const opened = new Map<string, Queues>();

  function queuesOf(inbox: string, onError?: (error: unknown) => void): Queues {
    let queues = opened.get(inbox);
    if (queues === undefined) {
      const open = (name: string): RabbitmqQueue =>
        rabbitmqQueue({ url, name, enqueueTimeoutMs, onError });
      queues = {
        live: open(`${prefix}.${inbox}`),
        dead: open(`${prefix}.${inbox}.dead-letters`),
      };
      opened.set(inbox, queues);
    }
    return queues;
  }
  // Checks the options now, and connects to nothing yet.
  rabbitmqQueue({ url, name: prefix, enqueueTimeoutMs });

  return {
    async add(inbox, { id, event }) {
      await queuesOf(inbox).live.enqueue(jobOf(id, { event }, Date.now()));
    },

    async work(inbox, run, { concurrency, onError }) {
      const queues = queuesOf(inbox, onError);
      return queues.live.consume((job) => handle(queues, job, run), { concurrency });
    },

    async close() {
      const all = [...opened.values()].flatMap(({ live, dead }) => [live, dead]);
      opened.clear();
      await Promise.all(all.map((queue) => queue.close()));
    },
  };
}

/** Makes an attempt. Where the next step can't be written down it rejects, and the job comes again. */
async function handle(
  { live, dead }: Queues,
  job: Job,
  run: (item: TakenItem) => Promise<Outcome>,
): Promise<void> {
  const { id, timestampMs } = job.event;
  const content = contentOf(job);
  const attempt = (job.attempts ?? 0) + 1;
  const outcome = await run({
    id,
    attempt,
    storedAt: new Date(timestampMs),
    event: content.event,
  });
  if (outcome.status === "done") return;
  const again = jobOf(id, { ...content, lastError: outcome.error }, timestampMs);
  if (outcome.status === "retrying") {
    await live.enqueue({ ...again, attempts: attempt }, { delayMs: outcome.afterMs });
  } else {
    // Moved back by hand, it has all of its attempts again.
    await dead.enqueue(again);
  }
}
