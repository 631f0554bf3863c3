// What one writes by hand instead of an inbox, on the same engine: a producer that stores an event durably before it answers, and a
// worker that marks it as done once it was handled. An event whose worker dies is handled again, so none is lost in a crash. Nothing
// else: no event is recognised when it comes again, none is retried or buried, none can be looked at, and nobody else's claim is minded.
import { once } from "node:events";
import { eventFrom, eventToJson, type WebhookEvent } from "@countersign/core";
import { type Channel, connect } from "amqplib";
import { type ConnectionOptions, Queue, Worker } from "bullmq";
import type Libsql from "libsql";
import type PgBoss from "pg-boss";

/** A way to hand events from a producer to a worker. */
export interface Way {
  /** Stores one event; resolves when it is durable. */
  readonly add: (event: WebhookEvent) => Promise<unknown>;
  /** Takes no more, and resolves when everything that was handled is marked as done. */
  readonly end: () => Promise<unknown>;
}

/** Starts a way, with its worker. */
export type Start = (name: string, handle: (event: WebhookEvent) => void) => Promise<Way>;

const textOf = (event: WebhookEvent): string => JSON.stringify(eventToJson(event));
const eventIn = (text: string): WebhookEvent => eventFrom(JSON.parse(text));

/** One insert an event; up to `concurrency` are taken by one statement, which leases them, and each is marked by one. */
export function bareSqlite(database: Libsql.Database, concurrency: number): Start {
  database.exec(`
    CREATE TABLE bare (
      id INTEGER PRIMARY KEY, queue TEXT, event TEXT, leased_until INTEGER DEFAULT 0, done_at INTEGER
    );
    CREATE INDEX bare_open ON bare (queue, leased_until, id) WHERE done_at IS NULL`);
  const insert = database.prepare("INSERT INTO bare (queue, event) VALUES (?, ?)");
  const take = database.prepare(`
    UPDATE bare SET leased_until = ? WHERE id IN (
      SELECT id FROM bare WHERE queue = ? AND done_at IS NULL AND leased_until <= ? ORDER BY leased_until, id LIMIT ${concurrency}
    ) RETURNING id, event`);
  const finish = database.prepare("UPDATE bare SET done_at = ? WHERE id = ?");
  return async (queue, handle) => {
    const stopping = new AbortController();
    const working = (async () => {
      while (!stopping.signal.aborted) {
        const now = Date.now();
        const jobs = take.all(now + 30_000, queue, now) as { id: number; event: string }[];
        for (const { id, event } of jobs) {
          handle(eventIn(event));
          finish.run(Date.now(), id);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    return {
      add: async (event) => insert.run(queue, textOf(event)),
      end() {
        stopping.abort();
        return working;
      },
    };
  };
}

/** `send`, `fetch` of up to `concurrency` at once, and `complete`. (`boss.work` polls at most twice a second: its documentation gives this loop for more.) */
export function barePgBoss(boss: PgBoss, concurrency: number): Start {
  return async (queue, handle) => {
    await boss.createQueue(queue);
    const stopping = new AbortController();
    const working = (async () => {
      while (!stopping.signal.aborted) {
        const jobs = await boss.fetch<{ event: string }>(queue, { batchSize: concurrency });
        await Promise.all(
          jobs.map(async ({ id, data }) => {
            handle(eventIn(data.event));
            await boss.complete(queue, id);
          }),
        );
        if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    return {
      add: (event) => boss.send(queue, { event: textOf(event) }),
      end() {
        stopping.abort();
        return working;
      },
    };
  };
}

/** `Queue.add` and a `Worker`, which marks the job and takes the next one in one step. */
export function bareBullmq(
  connection: ConnectionOptions,
  prefix: string,
  concurrency: number,
): Start {
  return async (queueName, handle) => {
    const queue = new Queue(queueName, { connection, prefix });
    const worker = new Worker<{ event: string }>(
      queueName,
      async ({ data }) => handle(eventIn(data.event)),
      { connection, prefix, concurrency },
    );
    await worker.waitUntilReady();
    return {
      add: (event) => queue.add("event", { event: textOf(event) }),
      async end() {
        await worker.close();
        await queue.close();
      },
    };
  };
}

/** amqplib itself: a quorum queue, persistent messages, each confirmed before it counts as stored, and acknowledged once handled. */
export function bareRabbitmq(url: string, concurrency: number): Start {
  return async (queue, handle) => {
    const publishing = await connect(url, { noDelay: true });
    const consuming = await connect(url, { noDelay: true });
    const publisher = await publishing.createConfirmChannel();
    await publisher.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
    const consumer: Channel = await consuming.createChannel();
    await consumer.prefetch(concurrency);
    await consumer.consume(queue, (message) => {
      if (message === null) return;
      handle(eventIn(message.content.toString()));
      consumer.ack(message);
    });
    return {
      add: (event) =>
        new Promise<void>((resolve, reject) => {
          publisher.sendToQueue(
            queue,
            Buffer.from(textOf(event)),
            { persistent: true, mandatory: true, contentType: "application/json" },
            (error: unknown) => {
              if (error) reject(error instanceof Error ? error : new Error("refused"));
              else resolve();
            },
          );
        }),
      async end() {
        await consumer.close();
        await publisher.deleteQueue(queue);
        await Promise.all(
          [publishing, consuming].map(async (connection) => {
            const closed = once(connection, "close");
            await connection.close();
            await closed;
          }),
        );
      },
    };
  };
}
