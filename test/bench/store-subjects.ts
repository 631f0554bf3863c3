import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type ClaimStore, memoryStore } from "@countersign/core";
import { type PostgresClient, postgresStore } from "@countersign/store-postgres";
import { redisStore } from "@countersign/store-redis";
import { type SqliteDatabase, sqliteStore } from "@countersign/store-sqlite";
import { Redis } from "ioredis";
import Libsql from "libsql";
import { Pool } from "pg";
import postgres from "postgres";
import { createClient } from "redis";
import { DATABASE_URL, REDIS_URL } from "../conformance/services.ts";

/** A store, and the plainest command that remembers a key in the same database through the same client. */
export interface StoreSubject {
  readonly client: string;
  readonly store: ClaimStore;
  /** Remembers a new key. Undefined for the memory store, which has no command. */
  readonly plain?: { readonly name: string; readonly run: (key: string) => unknown };
}

/** For how long the plain commands remember, in milliseconds. */
const REMEMBERED_MS = 60_000;

/** Any of the drivers. */
interface Sqlite extends SqliteDatabase {
  prepare(sql: string): ReturnType<SqliteDatabase["prepare"]> & {
    run(...values: (string | number)[]): unknown;
  };
  close(): unknown;
}

/** The databases of the benchmark. */
export interface Databases {
  readonly subjects: readonly StoreSubject[];
  /** Removes all that was written. */
  close(): Promise<void>;
}

/** Opens every database, each with empty tables. */
export async function openDatabases(): Promise<Databases> {
  const name = `countersign_bench_${crypto.randomUUID().replaceAll("-", "")}`;
  const parts = await Promise.all([sqliteSubjects(), redisSubjects(name), postgresSubjects(name)]);
  return {
    subjects: [
      { client: "memory", store: memoryStore({ maxKeys: 5_000_000 }) },
      ...parts.flatMap(({ subjects }) => subjects),
    ],
    async close() {
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}

async function sqliteSubjects(): Promise<Databases> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  const databases: [string, Sqlite][] = [
    ["SQLite (libsql)", new Libsql(join(directory, "libsql.db"))],
  ];
  // Node 22.13 and later; a variable, since the types of Node 20 know none.
  const builtInName: string = "node:sqlite";
  const builtIn: unknown = await import(builtInName).catch(() => undefined);
  if (builtIn !== undefined) {
    const { DatabaseSync } = builtIn as { DatabaseSync: new (path: string) => Sqlite };
    databases.push(["SQLite (node:sqlite)", new DatabaseSync(join(directory, "node.db"))]);
  }
  return {
    subjects: databases.map(([client, database]) => {
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      database.exec("CREATE TABLE plain (key TEXT PRIMARY KEY, expires_at INTEGER) WITHOUT ROWID");
      const upsert = database.prepare(
        "INSERT INTO plain VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at",
      );
      return {
        client,
        store: sqliteStore({ database }),
        plain: { name: "upsert", run: (key) => upsert.run(key, Date.now() + REMEMBERED_MS) },
      };
    }),
    async close() {
      for (const [, database] of databases) database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function redisSubjects(name: string): Promise<Databases> {
  const nodeRedis = await createClient({ url: REDIS_URL }).connect();
  const ioredis = new Redis(REDIS_URL);
  return {
    subjects: [
      {
        client: "Redis (node-redis)",
        store: redisStore({ client: nodeRedis, prefix: `${name}:a:` }),
        plain: {
          name: "SET NX PX",
          run: (key) => nodeRedis.set(`${name}:b:${key}`, "1", { NX: true, PX: REMEMBERED_MS }),
        },
      },
      {
        client: "Redis (ioredis)",
        store: redisStore({ client: ioredis, prefix: `${name}:c:` }),
        plain: {
          name: "SET NX PX",
          run: (key) => ioredis.set(`${name}:d:${key}`, "1", "PX", REMEMBERED_MS, "NX"),
        },
      },
    ],
    async close() {
      const left = await ioredis.keys(`${name}:*`);
      for (let n = 0; n < left.length; n += 10_000) {
        // oxlint-disable-next-line no-await-in-loop -- a bounded number at a time
        await ioredis.unlink(left.slice(n, n + 10_000));
      }
      await Promise.all([nodeRedis.close(), ioredis.quit()]);
    },
  };
}

async function postgresSubjects(schema: string): Promise<Databases> {
  const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
  const sql = postgres(DATABASE_URL, { max: 10 });
  const pglite = new PGlite();
  await Promise.all([
    pool.query(`CREATE SCHEMA ${schema}`),
    pglite.exec(`CREATE SCHEMA ${schema}`),
  ]);
  const plainTable = `CREATE TABLE ${schema}.plain (key text PRIMARY KEY, expires_at timestamptz)`;
  await Promise.all([pool.query(plainTable), pglite.exec(plainTable)]);
  const upsert = `
    INSERT INTO ${schema}.plain VALUES ($1, now() + interval '1 minute')
    ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at`;

  const subject = async (
    client: string,
    connection: PostgresClient,
    run: (key: string) => unknown,
  ): Promise<StoreSubject> => {
    const store = postgresStore({ client: connection, schema });
    await store.migrate();
    return { client, store, plain: { name: "upsert", run } };
  };
  return {
    subjects: [
      await subject("PostgreSQL (pg)", pool, (key) => pool.query(upsert, [key])),
      await subject("PostgreSQL (postgres.js)", sql, (key) =>
        sql.unsafe(upsert, [key], { prepare: true }),
      ),
      await subject("PGlite", pglite, (key) => pglite.query(upsert, [key])),
    ],
    async close() {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await Promise.all([pool.end(), sql.end(), pglite.close()]);
    },
  };
}
