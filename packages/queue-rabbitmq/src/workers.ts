import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job, QueueConsumer } from "@countersign/sender";
import type { Channel, ConsumeMessage } from "amqplib";
import { FIRST_BACKOFF_MS, longerBackoff } from "./backoff.ts";
import type { Connection } from "./connection.ts";
import { type Letter, letterOf } from "./letter.ts";
import type { Outlet } from "./outlet.ts";
import { declareMain } from "./topology.ts";

/** The options of the workers. */
export interface WorkersOptions {
  readonly name: string;
  readonly connection: Connection;
  /** The outlet through which unfinished jobs are put aside. */
  readonly outlet: Outlet;
  readonly concurrency: number;
  readonly run: (job: Job) => Promise<void>;
  /** Gets why there is no connection, once each time it is lost; must not throw. */
  readonly onError: (error: unknown) => void;
  /** How long the end waits for jobs that can't be put aside, in milliseconds. */
  readonly giveUpMs: number;
  /** Aborted when the queue is closed. */
  readonly closing: AbortSignal;
}

/** How long a job waits that failed for reasons of this side, such as a database that is away. */
const RERUN_MS = 1000;

/** Starts workers, which connect again whenever they lose their connection. */
export function startWorkers(options: WorkersOptions): QueueConsumer {
  const { name, connection, concurrency, onError, giveUpMs, closing } = options;
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stop.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  /** A broker that takes nothing may hold the workers up, but not the end of the process. */
  const giveUp = new AbortController();
  // Each job that waits is one.
  setMaxListeners(0, stop.signal, giveUp.signal);
  const underWay = new Set<Promise<void>>();
  let connected = false;

  async function attend(): Promise<void> {
    const model = await connection.get();
    const channel = await model.createChannel();
    const broken = new Promise<never>((_, reject) => {
      channel.on("error", reject);
      channel.once("close", () => reject(new Error("The channel was closed.")));
    });
    broken.catch(() => {});
    await declareMain(channel, name);
    await channel.prefetch(concurrency);
    const { consumerTag } = await channel.consume(name, (message) => {
      // Null: the queue was deleted. Begin again, which declares it.
      if (message === null) void channel.close().catch(() => {});
      // What still arrives after the end goes back to the queue when the channel is closed.
      if (message === null || stop.signal.aborted) return;
      const work = handle(channel, message, options, { stop: stop.signal, giveUp: giveUp.signal });
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    });
    connected = true;
    await Promise.race([broken, stopped]);
    await channel.cancel(consumerTag).catch(() => {});
    await Promise.all(underWay);
    await channel.close().catch(() => {});
  }

  async function keepAttending(): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    let reported = false;
    while (!stop.signal.aborted && !closing.aborted) {
      connected = false;
      try {
        // oxlint-disable-next-line no-await-in-loop -- one connection after the other
        await attend();
      } catch (error) {
        if (stop.signal.aborted || closing.aborted) break;
        if (connected) {
          backoffMs = FIRST_BACKOFF_MS;
          reported = false;
        }
        if (!reported) onError(error);
        reported = true;
      }
      // oxlint-disable-next-line no-await-in-loop
      await sleep(backoffMs, undefined, { signal: stop.signal }).catch(() => {});
      backoffMs = longerBackoff(backoffMs);
    }
    await Promise.all(underWay);
  }

  const ended = keepAttending();
  return {
    async stop() {
      stop.abort();
      const timer = setTimeout(() => giveUp.abort(), giveUpMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The two ends of workers: they take nothing new, and they wait for nothing any more. */
interface Ends {
  readonly stop: AbortSignal;
  readonly giveUp: AbortSignal;
}

/** Runs the job of a message, or puts it aside until it is due. */
async function handle(
  channel: Channel,
  message: ConsumeMessage,
  { outlet, run }: WorkersOptions,
  { stop, giveUp }: Ends,
): Promise<void> {
  const letter = letterOf(message.content);
  if (letter === undefined) {
    settle(() => channel.nack(message, false, false));
    return;
  }
  try {
    if ((letter.dueAtMs ?? 0) > Date.now()) await putAside(outlet, letter, giveUp);
    else {
      await run(letter.job).catch(() =>
        putAside(outlet, { ...letter, dueAtMs: Date.now() + RERUN_MS }, giveUp),
      );
    }
    settle(() => channel.ack(message));
  } catch {
    // It could not be put aside either: the broker keeps it. Given back at once, it would come again at once.
    await sleep(RERUN_MS, undefined, { signal: stop }).catch(() => {});
    settle(() => channel.nack(message, false, true));
  }
}

async function putAside(outlet: Outlet, letter: Letter, giveUp: AbortSignal): Promise<void> {
  giveUp.throwIfAborted();
  const sent = outlet.send(letter);
  await new Promise<void>((resolve, reject) => {
    const end = (): void => reject(new Error("The workers are stopping."));
    giveUp.addEventListener("abort", end, { once: true });
    void sent.then(resolve, reject).finally(() => giveUp.removeEventListener("abort", end));
  });
}

/** Says to the broker what became of a message; in vain where the channel broke, and then the message comes again. */
function settle(say: () => void): void {
  try {
    say();
  } catch {
    // The channel is closed.
  }
}
