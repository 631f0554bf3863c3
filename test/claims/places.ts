import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Claim, ClaimStore } from "@countersign/core";
import { redisStore } from "@countersign/store-redis";
import { sqliteStore } from "@countersign/store-sqlite";
import { Redis } from "ioredis";
import Libsql from "libsql";
import { DATABASE_URL, isReachable, REDIS_URL } from "../conformance/services.ts";
import { openPostgresEffects } from "./postgres-effects.ts";

export type StoreKind = "sqlite" | "redis" | "postgres";

/** Where several processes find the same store, and the same effects. */
export interface Place {
  readonly kind: StoreKind;
  /** A file, a connection's URL. */
  readonly url: string;
  /** A schema, or a prefix of keys. */
  readonly name: string;
}

/** A place as one process sees it. An effect is what a handler does to the outside: a row, or an entry in a list, for each run. */
export interface OpenPlace {
  readonly store: ClaimStore;
  readonly addEffect: (event: string) => Promise<void>;
  /** Adds the effect and completes the claim, in one transaction; `beforeCommit` runs inside of it. */
  readonly addEffectWith: (claim: Claim, event: string, beforeCommit: () => void) => Promise<void>;
  readonly effects: () => Promise<string[]>;
  /** Deletes everything that was stored. */
  readonly remove: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The stores that processes can share and that are here; what is missing is told by its name. */
export const sharedKinds: readonly { kind: StoreKind; missing: string | undefined }[] = [
  { kind: "sqlite", missing: undefined },
  {
    kind: "redis",
    missing: (await isReachable("Redis", REDIS_URL)) ? undefined : `Redis at ${REDIS_URL}`,
  },
  {
    kind: "postgres",
    missing: (await isReachable("PostgreSQL", DATABASE_URL))
      ? undefined
      : `PostgreSQL at ${DATABASE_URL}`,
  },
];

/** A place that nobody else uses. */
export function newPlace(kind: StoreKind): Place {
  const name = `countersign_test_${crypto.randomUUID().replaceAll("-", "")}`;
  switch (kind) {
    case "sqlite":
      return { kind, name, url: join(mkdtempSync(join(tmpdir(), "countersign-")), "claims.db") };
    case "redis":
      return { kind, name, url: REDIS_URL };
    case "postgres":
      return { kind, name, url: DATABASE_URL };
  }
}

export function openPlace(place: Place): Promise<OpenPlace> {
  switch (place.kind) {
    case "sqlite":
      return openSqlite(place);
    case "redis":
      return openRedis(place);
    case "postgres":
      return openPostgres(place);
  }
}

async function openSqlite({ url }: Place): Promise<OpenPlace> {
  // One connection for the store and one for the effects, as two modules of an application have them.
  const own = new Libsql(url);
  const database = new Libsql(url, { timeout: 5000 });
  database.exec("PRAGMA journal_mode = WAL");
  const store = sqliteStore({ database: own });
  database.exec("CREATE TABLE IF NOT EXISTS effects (event TEXT)");
  const insert = (event: string): unknown =>
    database.prepare("INSERT INTO effects VALUES (?)").run(event);
  return {
    store,
    addEffect: async (event) => {
      insert(event);
    },
    addEffectWith: async (claim, event, beforeCommit) =>
      database.transaction(() => {
        insert(event);
        void claim.completeIn?.(database);
        beforeCommit();
      })(),
    effects: async () =>
      (database.prepare("SELECT event FROM effects").all() as { event: string }[]).map(
        (row) => row.event,
      ),
    remove: async () => rmSync(join(url, ".."), { recursive: true }),
    close: async () => {
      own.close();
      database.close();
    },
  };
}

async function openRedis({ url, name }: Place): Promise<OpenPlace> {
  const client = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => 50 });
  client.on("error", () => {});
  return {
    store: redisStore({ client, prefix: `${name}:` }),
    addEffect: async (event) => {
      await client.rpush(`${name}:effects`, event);
    },
    addEffectWith: () => Promise.reject(new Error("Redis has no transactions to complete in")),
    effects: () => client.lrange(`${name}:effects`, 0, -1),
    remove: async () => {
      const keys = await client.keys(`${name}:*`);
      if (keys.length > 0) await client.del(keys);
    },
    close: async () => client.disconnect(),
  };
}

async function openPostgres({ url, name }: Place): Promise<OpenPlace> {
  const { pool, ...effects } = await openPostgresEffects(url, name);
  return { ...effects, close: () => pool.end() };
}
