import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type ClaimStore, memoryStore } from "@countersign/core";
import type { ClaimStoreUnderTest } from "@countersign/core/testing";
import { postgresStore } from "@countersign/store-postgres";
import { redisStore } from "@countersign/store-redis";
import { type SqliteDatabase, sqliteStore } from "@countersign/store-sqlite";
import { Redis } from "ioredis";
import Libsql from "libsql";
import { Pool } from "pg";
import postgres from "postgres";
import { createClient } from "redis";
import { DATABASE_URL, isReachable, REDIS_URL } from "./services.ts";

/** A store to examine, on a database of its own, and how to take it down. */
interface OpenBackend extends Pick<ClaimStoreUnderTest, "transaction"> {
  readonly store: ClaimStore;
  readonly close: () => Promise<void>;
}

interface Backend {
  readonly name: string;
  /** What it needs and is not there. */
  readonly missing?: string;
  readonly open: () => Promise<OpenBackend>;
}

const require = createRequire(import.meta.url);
const hasRedis = await isReachable("Redis", REDIS_URL);
const hasPostgres = await isReachable("PostgreSQL", DATABASE_URL);
const nodeSqlite = nodeSqliteDatabase();

const backends: readonly Backend[] = [
  {
    name: "memory",
    open: async () => ({ store: memoryStore(), close: async () => {} }),
  },
  sqliteBackend("libsql", (file) => new Libsql(file)),
  {
    ...sqliteBackend("node:sqlite", (file) => {
      if (nodeSqlite === undefined) throw new Error("this Node has no node:sqlite");
      return new nodeSqlite(file);
    }),
    ...(nodeSqlite === undefined && { missing: "a Node with node:sqlite (22.13 and later)" }),
  },
  {
    name: "node-redis",
    ...(!hasRedis && { missing: `Redis at ${REDIS_URL}` }),
    async open() {
      const prefix = uniqueName();
      const client = createClient({ url: REDIS_URL });
      await client.connect();
      return {
        store: redisStore({ client, prefix }),
        async close() {
          const keys = await client.keys(`${prefix}*`);
          if (keys.length > 0) await client.del(keys);
          await client.close();
        },
      };
    },
  },
  {
    name: "ioredis",
    ...(!hasRedis && { missing: `Redis at ${REDIS_URL}` }),
    async open() {
      const prefix = uniqueName();
      const client = new Redis(REDIS_URL);
      return {
        store: redisStore({ client, prefix }),
        async close() {
          const keys = await client.keys(`${prefix}*`);
          if (keys.length > 0) await client.del(keys);
          await client.quit();
        },
      };
    },
  },
  {
    name: "pg Pool",
    ...(!hasPostgres && { missing: `PostgreSQL at ${DATABASE_URL}` }),
    async open() {
      const pool = new Pool({ connectionString: DATABASE_URL, max: 20 });
      const schema = uniqueName();
      await pool.query(`CREATE SCHEMA "${schema}"`);
      const store = postgresStore({ client: pool, schema });
      await store.migrate();
      return {
        store,
        async transaction(work) {
          const client = await pool.connect();
          try {
            await client.query("BEGIN");
            await work(client as never);
            await client.query("COMMIT");
          } catch (error) {
            await client.query("ROLLBACK");
            throw error;
          } finally {
            client.release();
          }
        },
        async close() {
          await pool.query(`DROP SCHEMA "${schema}" CASCADE`);
          await pool.end();
        },
      };
    },
  },
  {
    name: "postgres.js",
    ...(!hasPostgres && { missing: `PostgreSQL at ${DATABASE_URL}` }),
    async open() {
      const sql = postgres(DATABASE_URL, { max: 20, onnotice: () => {} });
      const schema = uniqueName();
      await sql`CREATE SCHEMA ${sql(schema)}`;
      const store = postgresStore({ client: sql, schema });
      await store.migrate();
      return {
        store,
        async transaction(work) {
          await sql.begin((transaction) => work(transaction as never));
        },
        async close() {
          await sql`DROP SCHEMA ${sql(schema)} CASCADE`;
          await sql.end();
        },
      };
    },
  },
  {
    name: "PGlite",
    async open() {
      const database = new PGlite();
      const store = postgresStore({ client: database });
      await store.migrate();
      return {
        store,
        async transaction(work) {
          await database.transaction((transaction) => work(transaction as never));
        },
        close: () => database.close(),
      };
    },
  },
];

/** Opens every kind of store that is here; those that are `missing` something have cases to skip only. */
export async function openBackends(): Promise<
  (OpenBackend & { name: string; missing?: string })[]
> {
  const unavailable: OpenBackend = { store: memoryStore(), close: () => Promise.resolve() };
  const opened: (OpenBackend & { name: string; missing?: string })[] = [];
  for (const { name, missing, open } of backends) {
    if (missing === undefined) opened.push({ name, ...(await open()) });
    else opened.push({ name, missing, ...unavailable });
  }
  return opened;
}

function sqliteBackend(
  name: string,
  openFile: (file: string) => SqliteDatabase & { close(): unknown },
): Backend {
  return {
    name,
    async open() {
      const directory = mkdtempSync(join(tmpdir(), "countersign-"));
      const database = openFile(join(directory, "claims.db"));
      database.exec("PRAGMA journal_mode = WAL");
      return {
        store: sqliteStore({ database }),
        async transaction(work) {
          while (isOpen(database)) await new Promise((resolve) => setTimeout(resolve, 5));
          database.exec("BEGIN IMMEDIATE");
          try {
            await work(database as never);
            database.exec("COMMIT");
          } catch (error) {
            database.exec("ROLLBACK");
            throw error;
          }
        },
        async close() {
          database.close();
          rmSync(directory, { recursive: true });
        },
      };
    },
  };
}

/** The cases run one after another, but a transaction may be left by an earlier one that failed. */
function isOpen(database: SqliteDatabase & { inTransaction?: boolean; isTransaction?: boolean }) {
  return database.inTransaction ?? database.isTransaction ?? false;
}

function nodeSqliteDatabase():
  | (new (file: string) => SqliteDatabase & { close(): unknown })
  | undefined {
  try {
    return require("node:sqlite").DatabaseSync;
  } catch {
    return undefined;
  }
}

function uniqueName(): string {
  return `countersign_test_${crypto.randomUUID().replaceAll("-", "")}`;
}
