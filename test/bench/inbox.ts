// What an inbox costs: how fast a receiver answers with the SQLite inbox at 500 deliveries a second, and each engine's throughput beside
// its own bare producer and worker, in one run: node --import tsx bench/inbox.ts
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Claim,
  createReceiver,
  eventFrom,
  eventToJson,
  type WebhookEvent,
} from "@countersign/core";
import { createInbox, type InboxEngine } from "@countersign/inbox";
import { bullmqEngine } from "@countersign/inbox/bullmq";
import { pgBossEngine } from "@countersign/inbox/pg-boss";
import { rabbitmqEngine } from "@countersign/inbox/rabbitmq";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { rabbitmqQueue } from "@countersign/queue-rabbitmq";
import { sqliteStore } from "@countersign/store-sqlite";
import { Queue, Worker } from "bullmq";
import Libsql from "libsql";
import { Pool } from "pg";
import PgBoss from "pg-boss";
import { DATABASE_URL, REDIS_URL } from "../conformance/services.ts";
import { provider, request, secret } from "../inbox/provider.ts";

const AMQP_URL = process.env["AMQP_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
const EVENTS = Number(process.env["BENCH_EVENTS"] ?? 1000);
const ROUNDS = 3;
const CONCURRENCY = 16;
const name = `bench${crypto.randomUUID().slice(0, 8)}`;

/** One way to hand events from a producer to a worker; resolves when every event was handled. */
type Run = (events: readonly WebhookEvent[]) => Promise<void>;

interface Subject {
  readonly name: string;
  readonly bare: Run;
  readonly inbox: Run;
  readonly close: () => Promise<unknown>;
}

async function sampleEvents(count: number): Promise<WebhookEvent[]> {
  const events: WebhookEvent[] = [];
  const collect = createReceiver({ provider, secret, store: false });
  for (let number = 0; number < count; number++) {
    await collect.handle(
      await request(`e${crypto.randomUUID()}`),
      (event) => void events.push(event),
    );
  }
  return events;
}

/** Calls `add` for each event, some at once. */
async function inParallel<T>(
  items: readonly T[],
  add: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await add(item);
    }),
  );
}

/** Counts to a number. */
class Countdown {
  readonly #reached = new EventTarget();
  readonly done = new Promise((resolve) => this.#reached.addEventListener("zero", resolve));
  #left: number;

  constructor(count: number) {
    this.#left = count;
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  tick(): void {
    if (--this.#left === 0) this.#reached.dispatchEvent(new Event("zero"));
  }
}

/** All of a claim that an inbox looks at where its store is elsewhere. */
function newClaim(): Claim {
  return { key: crypto.randomUUID() } as Claim;
}

function inboxOn(engine: InboxEngine, round: () => string): Run {
  return async (events) => {
    const left = new Countdown(events.length);
    const inbox = createInbox({
      provider,
      engine,
      name: round(),
      concurrency: CONCURRENCY,
      handler: () => left.tick(),
    });
    await inbox.start();
    await inParallel(events, (event) => inbox.store(event, newClaim(), undefined));
    await left.done;
    await inbox.stop();
  };
}

let rounds = 0;
const newName = (): string => `${name}-${++rounds}`;

function sqliteSubject(): Subject {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  const open = (file: string): Libsql.Database => {
    const database = new Libsql(join(directory, file));
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = NORMAL");
    return database;
  };
  const bare = open("bare.db");
  bare.exec("CREATE TABLE jobs (id INTEGER PRIMARY KEY, event TEXT NOT NULL, state TEXT NOT NULL)");
  bare.exec("CREATE INDEX jobs_state ON jobs (state, id)");
  const insert = bare.prepare("INSERT INTO jobs (event, state) VALUES (?, 'waiting')");
  const take = bare.prepare(
    "UPDATE jobs SET state = 'running' WHERE id IN (SELECT id FROM jobs WHERE state = 'waiting' ORDER BY id LIMIT 16) RETURNING id, event",
  );
  const finish = bare.prepare("UPDATE jobs SET state = 'done' WHERE id = ?");
  return {
    name: "SQLite (libsql)",
    async bare(events) {
      const left = new Countdown(events.length);
      const working = (async () => {
        while (!left.isOver) {
          for (const { id, event } of take.all() as { id: number; event: string }[]) {
            eventFrom(JSON.parse(event));
            left.tick();
            finish.run(id);
          }
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await inParallel(events, async (event) => insert.run(JSON.stringify(eventToJson(event))));
      await left.done;
      await working;
    },
    inbox: inboxOn(sqliteEngine({ database: open("inbox.db") }), newName),
    close: async () => rmSync(directory, { recursive: true }),
  };
}

async function pgBossSubject(): Promise<Subject> {
  const pool = new Pool({ connectionString: DATABASE_URL, max: CONCURRENCY });
  const boss = new PgBoss({ connectionString: DATABASE_URL, schema: name, max: CONCURRENCY });
  boss.on("error", () => {});
  await boss.start();
  return {
    name: "pg-boss (PostgreSQL)",
    async bare(events) {
      const queue = newName();
      await boss.createQueue(queue);
      const left = new Countdown(events.length);
      // `boss.work` fetches at most twice a second: this is the loop that its documentation gives for more.
      const working = (async () => {
        while (!left.isOver) {
          const jobs = await boss.fetch<{ event: string }>(queue, { batchSize: CONCURRENCY });
          await Promise.all(
            jobs.map(async ({ id, data }) => {
              eventFrom(JSON.parse(data.event));
              left.tick();
              await boss.complete(queue, id);
            }),
          );
          if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      await inParallel(events, (event) =>
        boss.send(queue, { event: JSON.stringify(eventToJson(event)) }),
      );
      await left.done;
      await working;
    },
    inbox: inboxOn(pgBossEngine({ boss, pool, schema: name }), newName),
    async close() {
      await boss.stop({ graceful: false, wait: true });
      await pool.query(`DROP SCHEMA "${name}" CASCADE`);
      await pool.end();
    },
  };
}

function bullmqSubject(): Subject {
  const { hostname: host, port } = new URL(REDIS_URL);
  const connection = { host, port: Number(port) };
  const engine = bullmqEngine({ connection, prefix: name });
  return {
    name: "BullMQ (Redis)",
    async bare(events) {
      const queueName = newName();
      const queue = new Queue(queueName, { connection, prefix: name });
      const left = new Countdown(events.length);
      const worker = new Worker<{ event: string }>(
        queueName,
        async ({ data }) => {
          eventFrom(JSON.parse(data.event));
          left.tick();
        },
        { connection, prefix: name, concurrency: CONCURRENCY },
      );
      await inParallel(events, (event) =>
        queue.add("event", { event: JSON.stringify(eventToJson(event)) }),
      );
      await left.done;
      await worker.close();
      await queue.close();
    },
    inbox: inboxOn(engine, newName),
    async close() {
      await engine.close();
    },
  };
}

function rabbitmqSubject(): Subject {
  const engine = rabbitmqEngine({ url: AMQP_URL, prefix: name });
  return {
    name: "RabbitMQ",
    async bare(events) {
      const queue = rabbitmqQueue({ url: AMQP_URL, name: newName() });
      const left = new Countdown(events.length);
      const consumer = await queue.consume(
        async ({ event }) => {
          eventFrom(typeof event.body === "string" ? JSON.parse(event.body) : event.body);
          left.tick();
        },
        { concurrency: CONCURRENCY },
      );
      await inParallel(events, (event) =>
        queue.enqueue({
          event: {
            id: crypto.randomUUID(),
            type: "inbox",
            body: JSON.stringify(eventToJson(event)),
            timestampMs: Date.now(),
          },
        }),
      );
      await left.done;
      await consumer.stop();
      await queue.close();
    },
    inbox: inboxOn(engine, newName),
    close: () => engine.close(),
  };
}

async function throughput(): Promise<void> {
  console.log(
    `\nEvents a second from producer to worker, medians of ${ROUNDS} rounds of ${EVENTS}, in turn`,
  );
  const only = process.argv[2];
  const subjects = [sqliteSubject, pgBossSubject, bullmqSubject, rabbitmqSubject].filter(
    ({ name: subject }) => only === undefined || subject.startsWith(only),
  );
  for (const make of subjects) {
    const subject = await make();
    const rates: Record<"bare" | "inbox", number[]> = { bare: [], inbox: [] };
    for (let round = 0; round <= ROUNDS; round++) {
      for (const way of ["bare", "inbox"] as const) {
        const events = await sampleEvents(EVENTS);
        const startedAtMs = performance.now();
        await subject[way](events);
        // The first round warms up.
        if (round > 0) rates[way].push((EVENTS * 1000) / (performance.now() - startedAtMs));
      }
    }
    const [bare, inbox] = [median(rates.bare), median(rates.inbox)];
    console.log(
      `${subject.name.padEnd(22)} bare ${bare.toFixed(0).padStart(6)}  inbox ${inbox.toFixed(0).padStart(6)}  ${(inbox / bare).toFixed(2)}`,
    );
    await subject.close();
  }
}

/** Delivers at a steady rate, whatever the answers take, while a worker handles the events. */
async function acknowledgeLatency(
  perSecond: number,
  seconds: number,
  synchronous: "NORMAL" | "FULL",
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  const database = new Libsql(join(directory, "inbox.db"));
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(`PRAGMA synchronous = ${synchronous}`);
  const inbox = createInbox({ provider, engine: sqliteEngine({ database }), handler: () => {} });
  const receiver = createReceiver({ provider, secret, store: sqliteStore({ database }), inbox });
  await inbox.start();
  const requests: Request[] = [];
  for (let number = 0; number < perSecond * seconds; number++)
    requests.push(await request(`e${number}`));
  const times: number[] = [];
  const startedAtMs = performance.now();
  const answers: Promise<void>[] = [];
  for (const [number, delivery] of requests.entries()) {
    const dueAtMs = startedAtMs + (number * 1000) / perSecond;
    while (performance.now() < dueAtMs) await new Promise((resolve) => setTimeout(resolve, 1));
    answers.push(
      receiver.handle(delivery).then(({ status }) => {
        if (status !== 200) throw new Error(`a delivery was answered ${status}`);
        // From when it was due: a process that is busy is no excuse.
        times.push(performance.now() - dueAtMs);
      }),
    );
  }
  await Promise.all(answers);
  await inbox.stop();
  database.close();
  rmSync(directory, { recursive: true });
  const sorted = times.toSorted((left, right) => left - right);
  const at = (part: number): string =>
    (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(2);
  console.log(
    `Acknowledging ${perSecond} deliveries a second with the SQLite inbox, worker in the same process (synchronous = ${synchronous}): median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`,
  );
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

if (process.argv[2] === undefined || process.argv[2] === "latency")
  for (const synchronous of ["NORMAL", "FULL"] as const) {
    await acknowledgeLatency(500, 5, synchronous);
  }
if (process.argv[2] !== "latency") await throughput();
process.exit();
