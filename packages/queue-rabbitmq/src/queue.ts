import { setTimeout as sleep } from "node:timers/promises";
import { WebhookError } from "@countersign/core";
import { callGuarded, withTimeout } from "@countersign/core/adapter";
import type { Queue } from "@countersign/sender";
import { FIRST_BACKOFF_MS, longerBackoff } from "./backoff.ts";
import { connectionTo } from "./connection.ts";
import { contentOf } from "./letter.ts";
import { outletTo } from "./outlet.ts";
import { declareMain } from "./topology.ts";
import { startWorkers } from "./workers.ts";

/** Options of {@link rabbitmqQueue}. */
export interface RabbitmqQueueOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  readonly url: string;
  /** The beginning of the queues' names. Default `countersign`. */
  readonly name?: string | undefined;
  /** How long `enqueue` tries, also while the broker is away, in milliseconds. Default 30 000. */
  readonly enqueueTimeoutMs?: number | undefined;
  /** Gets why workers have no connection, once each time they lose it; they go on trying. Default `process.emitWarning`. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** A {@link Queue} on RabbitMQ. */
export interface RabbitmqQueue extends Queue {
  /** Counts the jobs that wait for a worker, without retries that are not due. */
  waiting(): Promise<number>;
  /** Closes the connection for good. Stop the publisher first. */
  close(): Promise<void>;
}

/**
 * A queue on RabbitMQ 3.10 or later. Queues are durable quorum queues, messages persistent, publishing confirmed, and retries wait in queues of
 * their own that dead-letter to the main one. A connection that is lost is made again.
 *
 * It is at least once: what `enqueue` confirmed survives the death of workers and of the broker, and may come twice.
 *
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * const queue = rabbitmqQueue({ url: process.env.AMQP_URL ?? "amqp://localhost" });
 * const publisher = createPublisher({ sender, subscriptions, queue });
 * ```
 */
export function rabbitmqQueue(options: RabbitmqQueueOptions): RabbitmqQueue {
  const { url, name, enqueueTimeoutMs, onError } = settingsOf(options);
  // A broker that runs out of memory or disk stops reading from whoever publishes, and must still hear from its workers what is done.
  const publishing = connectionTo(url);
  const consuming = connectionTo(url);
  const outlet = outletTo(publishing, name);
  const closing = new AbortController();

  return {
    shared: true,
    async enqueue(job, { delayMs = 0 } = {}) {
      const letter = { job, ...(delayMs > 0 && { dueAtMs: Date.now() + delayMs }) };
      // Here, once: what can't be written is no reason to try again.
      const content = contentOf(letter);
      const untilMs = performance.now() + enqueueTimeoutMs;
      try {
        const sending = sendUntil(untilMs, closing.signal, () => outlet.send(letter, content));
        await withTimeout(sending, enqueueTimeoutMs);
      } catch (cause) {
        throw new Error(
          `RabbitMQ has not confirmed the job within ${enqueueTimeoutMs} ms; it may or may not have been added. Publish the event again with the same id.`,
          { cause },
        );
      }
    },
    async consume(run, { concurrency }) {
      return startWorkers({
        name,
        connection: consuming,
        outlet,
        concurrency,
        run,
        onError: (reason) =>
          callGuarded(
            () => onError(reason),
            () => warn(reason),
          ),
        giveUpMs: enqueueTimeoutMs,
        closing: closing.signal,
      });
    },
    async waiting() {
      const channel = await (await publishing.get()).createChannel();
      // The rejection below says the same.
      channel.on("error", () => {});
      await declareMain(channel, name);
      const { messageCount } = await channel.checkQueue(name);
      await channel.close();
      return messageCount;
    },
    async close() {
      closing.abort();
      await Promise.all([publishing.close(), consuming.close()]);
    },
  };
}

/** Sends a job, again and again while the broker is away. Rejects with the last reason where that takes too long, or the queue is closed. */
async function sendUntil(
  untilMs: number,
  closing: AbortSignal,
  send: () => Promise<void>,
): Promise<void> {
  let backoffMs = FIRST_BACKOFF_MS;
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- tries again
      await send();
      return;
    } catch (error) {
      if (closing.aborted || performance.now() + backoffMs > untilMs) throw error;
      // oxlint-disable-next-line no-await-in-loop
      await sleep(backoffMs);
      backoffMs = longerBackoff(backoffMs);
    }
  }
}

interface Settings {
  readonly url: string;
  readonly name: string;
  readonly enqueueTimeoutMs: number;
  readonly onError: (error: unknown) => void;
}

/** Asks the options once. Throws `config_invalid`. */
function settingsOf(options: RabbitmqQueueOptions | undefined): Settings {
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
  if (typeof enqueueTimeoutMs !== "number" || !(enqueueTimeoutMs > 0)) {
    throw new WebhookError("config_invalid", "enqueueTimeoutMs must be a number above 0.");
  }
  return { url, name, enqueueTimeoutMs, onError };
}

function warn(error: unknown): void {
  process.emitWarning(
    `The workers at RabbitMQ have no connection, and go on trying: ${error instanceof Error ? error.message : String(error)}`,
    { type: "CountersignWarning", code: "broker_unavailable" },
  );
}
