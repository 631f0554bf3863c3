// What an inbox costs: how fast a receiver answers with the SQLite inbox at 500 deliveries a second, and each engine's throughput beside
// its own bare producer and worker, in one run: node --import tsx bench/inbox.ts [latency | SQLite | pg-boss | BullMQ | RabbitMQ]
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Claim, createReceiver, type WebhookEvent } from "@countersign/core";
import { createInbox, type InboxEngine } from "@countersign/inbox";
import { bullmqEngine } from "@countersign/inbox/bullmq";
import { pgBossEngine } from "@countersign/inbox/pg-boss";
import { rabbitmqEngine } from "@countersign/inbox/rabbitmq";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { connect } from "amqplib";
import { Redis } from "ioredis";
import Libsql from "libsql";
import { Pool } from "pg";
import PgBoss from "pg-boss";
import { DATABASE_URL, REDIS_URL } from "../conformance/services.ts";
import { provider, request, secret } from "../inbox/provider.ts";
import { bareBullmq, barePgBoss, bareRabbitmq, bareSqlite, type Start } from "./inbox-bare.ts";
import { acknowledgeLatency } from "./inbox-latency.ts";

const AMQP_URL = process.env["AMQP_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
const EVENTS = Number(process.env["BENCH_EVENTS"] ?? 2000);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const CONCURRENCY = 16;
const prefix = `bench${crypto.randomUUID().slice(0, 8)}`;

interface Subject {
  readonly name: string;
  readonly bare: Start;
  readonly inbox: Start;
  readonly close: () => Promise<unknown>;
}

/** An inbox whose receiver has its claims elsewhere, as the bare ways have none. */
function inboxOn(engine: InboxEngine): Start {
  return async (name, handler) => {
    const inbox = createInbox({ provider, engine, name, concurrency: CONCURRENCY, handler });
    await inbox.start();
    return {
      add: (event) => inbox.store(event, { key: crypto.randomUUID() } as Claim, undefined),
      end: () => inbox.stop(),
    };
  };
}

function sqliteSubject(synchronous: "NORMAL" | "FULL"): Subject {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  const open = (file: string): Libsql.Database => {
    const database = new Libsql(join(directory, file));
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(`PRAGMA synchronous = ${synchronous}`);
    return database;
  };
  return {
    name: `SQLite, ${synchronous}`,
    bare: bareSqlite(open("bare.db"), CONCURRENCY),
    inbox: inboxOn(sqliteEngine({ database: open("inbox.db") })),
    close: async () => rmSync(directory, { recursive: true }),
  };
}

async function pgBossSubject(): Promise<Subject> {
  const pool = new Pool({ connectionString: DATABASE_URL, max: CONCURRENCY });
  const boss = new PgBoss({ connectionString: DATABASE_URL, schema: prefix, max: CONCURRENCY });
  boss.on("error", () => {});
  await boss.start();
  return {
    name: "pg-boss",
    bare: barePgBoss(boss, CONCURRENCY),
    inbox: inboxOn(pgBossEngine({ boss, pool, schema: prefix })),
    async close() {
      await boss.stop({ graceful: false, wait: true });
      await pool.query(`DROP SCHEMA "${prefix}" CASCADE`);
      await pool.end();
    },
  };
}

function bullmqSubject(): Subject {
  const { hostname: host, port } = new URL(REDIS_URL);
  const connection = { host, port: Number(port) };
  const engine = bullmqEngine({ connection, prefix });
  return {
    name: "BullMQ",
    bare: bareBullmq(connection, prefix, CONCURRENCY),
    inbox: inboxOn(engine),
    async close() {
      await engine.close();
      const redis = new Redis(REDIS_URL);
      const keys = await redis.keys(`${prefix}:*`);
      for (let start = 0; start < keys.length; start += 1000) {
        await redis.del(keys.slice(start, start + 1000));
      }
      redis.disconnect();
    },
  };
}

function rabbitmqSubject(): Subject {
  const engine = rabbitmqEngine({ url: AMQP_URL, prefix });
  const used: string[] = [];
  const inbox = inboxOn(engine);
  return {
    name: "RabbitMQ",
    bare: bareRabbitmq(AMQP_URL, CONCURRENCY),
    inbox(name, handle) {
      used.push(`${prefix}.${name}`);
      return inbox(name, handle);
    },
    async close() {
      await engine.close();
      const connection = await connect(AMQP_URL);
      const channel = await connection.createChannel();
      for (const name of used) {
        for (const suffix of ["", ".dead"]) await channel.deleteQueue(name + suffix);
      }
      await connection.close();
    },
  };
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

/** Returns how many events a second go all the way: stored, handled, and marked as done. */
async function rate(start: Start, events: readonly WebhookEvent[]): Promise<number> {
  let left = events.length;
  const handled = new EventTarget();
  const allHandled = once(handled, "all");
  const way = await start(`b${crypto.randomUUID().slice(0, 8)}`, () => {
    if (--left === 0) handled.dispatchEvent(new Event("all"));
  });
  const startedAtMs = performance.now();
  const waiting = [...events];
  // Deliveries that are answered at the same time.
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let event = waiting.pop(); event !== undefined; event = waiting.pop()) {
        await way.add(event);
      }
    }),
  );
  await allHandled;
  const ms = performance.now() - startedAtMs;
  await way.end();
  return (events.length * 1000) / ms;
}

async function compare({ name, bare, inbox, close }: Subject): Promise<void> {
  const rates: { readonly bare: number; readonly inbox: number }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const events = await sampleEvents(EVENTS);
    const measured = { bare: await rate(bare, events), inbox: await rate(inbox, events) };
    // The first round warms up.
    if (round > 0) rates.push(measured);
  }
  const columns = [
    `bare ${median(rates.map((one) => one.bare))
      .toFixed(0)
      .padStart(6)}`,
    `inbox ${median(rates.map((one) => one.inbox))
      .toFixed(0)
      .padStart(6)}`,
    `ratio ${median(rates.map((one) => one.inbox / one.bare)).toFixed(2)}`,
  ];
  console.log(`${name.padEnd(16)} ${columns.join("  ")}`);
  await close();
}

function median(list: readonly number[]): number {
  return list.toSorted((left, right) => left - right)[Math.floor(list.length / 2)] ?? Number.NaN;
}

const only = process.argv[2];
if (only === undefined || only === "latency") {
  for (const synchronous of ["NORMAL", "FULL"] as const) {
    const { median: half, p95, p99 } = await acknowledgeLatency(500, 5, synchronous);
    console.log(
      `Acknowledging 500 deliveries a second with the SQLite inbox, worker in the same process (synchronous = ${synchronous}): median ${half.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    );
  }
}
if (only !== "latency") {
  console.log(
    `\nEvents a second from producer to worker, medians of ${ROUNDS} rounds of ${EVENTS}, in turn`,
  );
  const subjects = [
    ["SQLite", () => sqliteSubject("NORMAL")],
    ["SQLite", () => sqliteSubject("FULL")],
    ["pg-boss", pgBossSubject],
    ["BullMQ", bullmqSubject],
    ["RabbitMQ", rabbitmqSubject],
  ] as const;
  for (const [name, make] of subjects) {
    if (only === undefined || only === name) await compare(await make());
  }
}
process.exit();
