// What a claim and its completion cost on each store, beside the plainest command that remembers a key in the same database,
// through the same client: node --import tsx bench/stores.ts
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type ClaimStore, memoryStore } from "@countersign/core";
import { postgresStore } from "@countersign/store-postgres";
import { redisStore } from "@countersign/store-redis";
import { sqliteStore } from "@countersign/store-sqlite";
import { Redis } from "ioredis";
import Libsql from "libsql";
import { Pool } from "pg";
import postgres from "postgres";
import { createClient } from "redis";
import { DATABASE_URL, REDIS_URL } from "../conformance/services.ts";

/** Something that is done with a new key each time. */
interface Subject {
  readonly name: string;
  readonly run: (key: string) => unknown;
}

const ROUNDS = 7;
const ROUND_MS = 400;
const CONCURRENCIES = [1, 64] as const;
const LEASE_MS = 60_000;
const name = `countersign_bench_${crypto.randomUUID().replaceAll("-", "")}`;

const claimAndComplete =
  (store: ClaimStore) =>
  async (key: string): Promise<void> => {
    const token = crypto.randomUUID();
    const { status } = await store.claim(key, { token, leaseMs: LEASE_MS });
    if (status !== "claimed") throw new Error(`a new key is ${status}`);
    if (!(await store.complete(key, { token, retentionMs: LEASE_MS }))) {
      throw new Error("a claim could not be completed");
    }
  };

const directory = mkdtempSync(join(tmpdir(), "countersign-"));
const sqlite = new Libsql(join(directory, "claims.db"));
sqlite.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
sqlite.exec("CREATE TABLE plain (key TEXT PRIMARY KEY, expires_at INTEGER) WITHOUT ROWID");
const sqliteUpsert = sqlite.prepare(
  "INSERT INTO plain VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at",
);

const nodeRedis = createClient({ url: REDIS_URL });
await nodeRedis.connect();
const ioredis = new Redis(REDIS_URL);

const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
await pool.query(`CREATE SCHEMA ${name}`);
await pool.query(`CREATE TABLE ${name}.plain (key text PRIMARY KEY, expires_at timestamptz)`);
const poolStore = postgresStore({ client: pool, schema: name });
await poolStore.migrate();
const sql = postgres(DATABASE_URL, { max: 10 });
const pglite = new PGlite();
const pgliteStore = postgresStore({ client: pglite });
await pgliteStore.migrate();
await pglite.exec("CREATE TABLE plain (key text PRIMARY KEY, expires_at timestamptz)");
const upsertInto = (table: string): string =>
  `INSERT INTO ${table} VALUES ($1, now() + interval '1 minute')
   ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at`;

const subjects: readonly Subject[] = [
  { name: "memory: claim + complete", run: claimAndComplete(memoryStore({ maxKeys: 5_000_000 })) },
  {
    name: "SQLite (libsql): claim + complete",
    run: claimAndComplete(sqliteStore({ database: sqlite })),
  },
  { name: "SQLite (libsql): one upsert", run: (key) => sqliteUpsert.run(key, LEASE_MS) },
  {
    name: "Redis (node-redis): claim + complete",
    run: claimAndComplete(redisStore({ client: nodeRedis, prefix: `${name}:a:` })),
  },
  {
    name: "Redis (node-redis): SET NX PX",
    run: (key) => nodeRedis.set(`${name}:b:${key}`, "1", { NX: true, PX: LEASE_MS }),
  },
  {
    name: "Redis (ioredis): claim + complete",
    run: claimAndComplete(redisStore({ client: ioredis, prefix: `${name}:c:` })),
  },
  {
    name: "Redis (ioredis): SET NX PX",
    run: (key) => ioredis.set(`${name}:d:${key}`, "1", "PX", LEASE_MS, "NX"),
  },
  { name: "PostgreSQL (pg): claim + complete", run: claimAndComplete(poolStore) },
  {
    name: "PostgreSQL (pg): one upsert",
    run: (key) => pool.query(upsertInto(`${name}.plain`), [key]),
  },
  {
    name: "PostgreSQL (postgres.js): claim + complete",
    run: claimAndComplete(postgresStore({ client: sql, schema: name })),
  },
  {
    name: "PostgreSQL (postgres.js): one upsert",
    run: (key) => sql.unsafe(upsertInto(`${name}.plain`), [key], { prepare: true }),
  },
  { name: "PGlite: claim + complete", run: claimAndComplete(pgliteStore) },
  { name: "PGlite: one upsert", run: (key) => pglite.query(upsertInto("plain"), [key]) },
];

let keys = 0;

/** How long each call took, in ms, and how many there were in a second. */
async function round(subject: Subject, concurrency: number, ms: number) {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      const key = `event ${keys++}`;
      const askedAt = performance.now();
      await subject.run(key);
      latencies.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { latencies, perSecond: (1000 * latencies.length) / (performance.now() - startedAt) };
}

for (const concurrency of CONCURRENCIES) {
  const results = new Map<Subject, { latencies: number[][]; perSecond: number[] }>();
  for (const subject of subjects) {
    results.set(subject, { latencies: [], perSecond: [] });
    await round(subject, concurrency, 100);
  }
  // In turn, so that a busy machine is busy for all of them.
  for (let n = 0; n < ROUNDS; n++) {
    for (const [subject, result] of results) {
      const { latencies, perSecond } = await round(subject, concurrency, ROUND_MS);
      result.latencies.push(latencies);
      result.perSecond.push(perSecond);
    }
  }
  console.log(
    `\n| ${concurrency} at a time | per second | median ms | p99 ms |\n|---|--:|--:|--:|`,
  );
  for (const [subject, { latencies, perSecond }] of results) {
    const all = latencies.flat();
    console.log(
      `| ${subject.name} | ${Math.round(quantile(perSecond, 0.5))} | ${quantile(all, 0.5).toFixed(3)} | ${quantile(all, 0.99).toFixed(3)} |`,
    );
  }
}

const left = await ioredis.keys(`${name}:*`);
for (let n = 0; n < left.length; n += 10_000) await ioredis.del(left.slice(n, n + 10_000));
await pool.query(`DROP SCHEMA ${name} CASCADE`);
await Promise.all([pool.end(), sql.end(), nodeRedis.close(), ioredis.quit(), pglite.close()]);
sqlite.close();
rmSync(directory, { recursive: true });

function quantile(list: readonly number[], q: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
