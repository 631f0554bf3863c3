import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebhookError } from "@countersign/core";
import type { Job, Queue, QueueConsumer } from "@countersign/sender";
import type { Channel, ConfirmChannel, ConsumeMessage } from "amqplib";
import { connectionTo } from "./connection.ts";
import { deadQueue, delayQueue, mainQueue, type QueueDeclaration } from "./topology.ts";

/** Options of {@link rabbitmqQueue}. */
export interface RabbitmqQueueOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  readonly url: string;
  /** What the queues' names begin with. Default `countersign`. */
  readonly name?: string | undefined;
  /** How long `enqueue` tries, also while the broker is away, in milliseconds. Default 30 000. */
  readonly enqueueTimeoutMs?: number | undefined;
  /** Gets why workers have no connection, once each time they lose it; they go on trying. Default `process.emitWarning`. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** A {@link Queue} on RabbitMQ. */
export interface RabbitmqQueue extends Queue {
  /** Closes the connection for good. Stop the publisher first. */
  close(): Promise<void>;
}

/** A job on its way. */
interface Letter {
  readonly job: Job;
  /** Not before this time, in milliseconds since 1970. */
  readonly dueAtMs?: number;
}

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2000;

/** How long a job waits that failed for reasons of this side, such as a database that is away. */
const RERUN_MS = 1000;

/**
 * A queue on RabbitMQ 3.10 or later. Queues are durable quorum queues, messages persistent, publishing confirmed, and retries wait in queues of
 * their own that dead-letter to the main one. A connection that is lost is made again.
 *
 * It is at least once: what `enqueue` confirmed survives the death of workers and of the broker, and may come twice.
 *
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * const queue = rabbitmqQueue({ url: process.env.AMQP_URL });
 * const publisher = createPublisher({ sender, subscriptions, queue });
 * ```
 */
export function rabbitmqQueue(options: RabbitmqQueueOptions): RabbitmqQueue {
  const {
    url,
    name = "countersign",
    enqueueTimeoutMs = 30_000,
    onError = warn,
  } = options ?? ({} as RabbitmqQueueOptions);
  if (!URL.canParse(url) || !/^amqps?:$/.test(new URL(url).protocol)) {
    throw new WebhookError("config_invalid", "url must begin with amqp:// or amqps://.");
  }
  if (!/^[\w.:-]{1,200}$/.test(name)) {
    throw new WebhookError(
      "config_invalid",
      "name must be 1 to 200 of letters, digits and _ . : -",
    );
  }
  if (!(enqueueTimeoutMs > 0)) {
    throw new WebhookError("config_invalid", "enqueueTimeoutMs must be a number above 0.");
  }
  // A broker that runs out of memory or disk stops reading from whoever publishes, and must still hear from its workers what is done.
  const publishing = connectionTo(url);
  const consuming = connectionTo(url);
  let outlet: Promise<Outlet> | undefined;
  const closing = new AbortController();

  /** The channel that everything is published through, until it breaks. */
  function getOutlet(): Promise<Outlet> {
    if (outlet !== undefined) return outlet;
    const opening = openOutlet(() => {
      if (outlet === opening) outlet = undefined;
    });
    outlet = opening;
    opening.catch(() => {
      if (outlet === opening) outlet = undefined;
    });
    return opening;
  }

  async function openOutlet(onClosed: () => void): Promise<Outlet> {
    const model = await publishing.get();
    const channel = await model.createConfirmChannel();
    channel.once("close", onClosed);
    // "close" follows, and rejects what is not confirmed yet.
    channel.on("error", onClosed);
    await declareMain(channel, name);
    return outletOf(channel);
  }

  async function send(letter: Letter, content = contentOf(letter)): Promise<void> {
    const waitMs = letter.dueAtMs === undefined ? 0 : letter.dueAtMs - Date.now();
    const to = waitMs > 0 ? delayQueue(name, waitMs) : mainQueue(name);
    const open = await getOutlet();
    await open.publish(to, content);
  }

  async function sendUntil(letter: Letter, content: Buffer, untilMs: number): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    for (;;) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- tries again
        await send(letter, content);
        return;
      } catch (cause) {
        if (closing.signal.aborted || performance.now() + backoffMs > untilMs) {
          throw new Error(
            `RabbitMQ has not confirmed the job within ${enqueueTimeoutMs} ms; it may or may not have been added. Publish the event again with the same id.`,
            { cause },
          );
        }
        // oxlint-disable-next-line no-await-in-loop
        await sleep(backoffMs);
        backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2);
      }
    }
  }

  async function enqueue(job: Job, { delayMs = 0 } = {}): Promise<void> {
    const letter = { job, ...(delayMs > 0 && { dueAtMs: Date.now() + delayMs }) };
    // Here, once: what can't be written is no reason to try again.
    const content = contentOf(letter);
    const untilMs = performance.now() + enqueueTimeoutMs;
    await within(enqueueTimeoutMs, sendUntil(letter, content, untilMs));
  }

  async function consume(
    run: (job: Job) => Promise<void>,
    { concurrency }: { readonly concurrency: number },
  ): Promise<QueueConsumer> {
    const stop = new AbortController();
    const stopped = new Promise<void>((resolve) => {
      stop.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    /** A broker that takes nothing may hold the workers up, but not the end of the process. */
    const giveUp = new AbortController();
    // Each job that waits is one.
    setMaxListeners(0, stop.signal, giveUp.signal);
    const underWay = new Set<Promise<void>>();

    async function putAside(letter: Letter): Promise<void> {
      giveUp.signal.throwIfAborted();
      const sent = send(letter);
      await new Promise<void>((resolve, reject) => {
        const end = (): void => reject(new Error("The workers are stopping."));
        giveUp.signal.addEventListener("abort", end, { once: true });
        void sent
          .then(resolve, reject)
          .finally(() => giveUp.signal.removeEventListener("abort", end));
      });
    }

    async function handle(channel: Channel, message: ConsumeMessage): Promise<void> {
      const letter = letterOf(message.content);
      if (letter === undefined) {
        settle(() => channel.nack(message, false, false));
        return;
      }
      try {
        if ((letter.dueAtMs ?? 0) > Date.now()) await putAside(letter);
        else {
          await run(letter.job).catch(() =>
            putAside({ ...letter, dueAtMs: Date.now() + RERUN_MS }),
          );
        }
        settle(() => channel.ack(message));
      } catch {
        // It could not be put aside either: the broker keeps it. Given back at once, it would come again at once.
        await sleep(RERUN_MS, undefined, { signal: stop.signal }).catch(() => {});
        settle(() => channel.nack(message, false, true));
      }
    }

    let connected = false;
    let reported = false;

    async function attend(): Promise<void> {
      const model = await consuming.get();
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
        const work = handle(channel, message);
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
      while (!stop.signal.aborted && !closing.signal.aborted) {
        connected = false;
        try {
          // oxlint-disable-next-line no-await-in-loop -- one connection after the other
          await attend();
        } catch (error) {
          if (stop.signal.aborted || closing.signal.aborted) break;
          if (connected) {
            backoffMs = FIRST_BACKOFF_MS;
            reported = false;
          }
          if (!reported) onError(error);
          reported = true;
        }
        // oxlint-disable-next-line no-await-in-loop
        await sleep(backoffMs, undefined, { signal: stop.signal }).catch(() => {});
        backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2);
      }
      await Promise.all(underWay);
    }

    const ended = keepAttending();
    return {
      stop: async () => {
        stop.abort();
        const timer = setTimeout(() => giveUp.abort(), enqueueTimeoutMs);
        await ended;
        clearTimeout(timer);
      },
    };
  }

  return {
    enqueue,
    consume,
    async close() {
      closing.abort();
      await Promise.all([publishing.close(), consuming.close()]);
    },
  };
}

/** A channel that publishes, and says when a message is safe. */
interface Outlet {
  publish(to: QueueDeclaration, content: Buffer): Promise<void>;
}

function outletOf(channel: ConfirmChannel): Outlet {
  const declared = new Map<string, Promise<unknown>>();
  /** The messages that no queue took; told before they are confirmed. */
  const returned = new Set<string>();
  let sent = 0;
  channel.on("return", ({ properties }) => returned.add(String(properties.messageId)));
  return {
    async publish({ name, options }, content) {
      let ready = declared.get(name);
      if (ready === undefined) declared.set(name, (ready = channel.assertQueue(name, options)));
      await ready;
      const messageId = String(++sent);
      await new Promise<void>((resolve, reject) => {
        channel.sendToQueue(
          name,
          content,
          { persistent: true, mandatory: true, messageId, contentType: "application/json" },
          (error: unknown) => {
            if (error !== null && error !== undefined) {
              reject(error instanceof Error ? error : new Error("RabbitMQ refused the message."));
            } else if (returned.delete(messageId)) {
              // Somebody deleted it: the next attempt declares it again.
              declared.delete(name);
              reject(new Error(`The queue ${name} is gone.`));
            } else {
              resolve();
            }
          },
        );
      });
    },
  };
}

function warn(error: unknown): void {
  process.emitWarning(
    `The workers at RabbitMQ have no connection, and go on trying: ${error instanceof Error ? error.message : String(error)}`,
    { type: "CountersignWarning", code: "broker_unavailable" },
  );
}

async function declareMain(channel: Channel, name: string): Promise<void> {
  for (const declaration of [deadQueue(name), mainQueue(name)]) {
    // oxlint-disable-next-line no-await-in-loop -- in this order, since the second leads to the first
    await channel.assertQueue(declaration.name, declaration.options);
  }
}

function contentOf(letter: Letter): Buffer {
  return Buffer.from(JSON.stringify(letter));
}

/** The letter in a message; undefined where it is none, which no worker could ever do anything about. */
function letterOf(content: Buffer): Letter | undefined {
  try {
    const letter = JSON.parse(content.toString("utf8")) as Letter;
    const { id, type, body, timestampMs } = letter.job.event;
    const isEvent =
      typeof id === "string" &&
      typeof type === "string" &&
      (typeof body === "string" || (typeof body === "object" && body !== null)) &&
      typeof timestampMs === "number";
    return isEvent ? letter : undefined;
  } catch {
    return undefined;
  }
}

/** Says to the broker what became of a message; in vain where the channel broke, and then the message comes again. */
function settle(say: () => void): void {
  try {
    say();
  } catch {
    // The channel is closed.
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Error(
          `RabbitMQ has not confirmed the job within ${ms} ms; it may or may not have been added. Publish the event again with the same id.`,
        ),
      );
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
