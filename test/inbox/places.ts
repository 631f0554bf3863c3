import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClaimStore } from "@countersign/core";
import type { InboxEngine, ItemClaim } from "@countersign/inbox";
import { bullmqEngine } from "@countersign/inbox/bullmq";
import { pgBossEngine } from "@countersign/inbox/pg-boss";
import { rabbitmqEngine } from "@countersign/inbox/rabbitmq";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import { sqliteStore } from "@countersign/store-sqlite";
import { retryWhileBusy } from "@countersign/store-sqlite/database";
import { redisStore } from "@countersign/store-redis";
import { connect } from "amqplib";
import { Redis } from "ioredis";
import Libsql from "libsql";
import type { Pool } from "pg";
import PgBoss from "pg-boss";
import { openPostgresEffects } from "../claims/postgres-effects.ts";
import { DATABASE_URL, isReachable, REDIS_URL } from "../conformance/services.ts";

export type EngineKind = "sqlite" | "pg-boss" | "bullmq" | "rabbitmq";

/** Where several processes find the same inbox, and the same effects. */
export interface Place {
  readonly kind: EngineKind;
  /** A file, or the server's URL; a proxy's, to break the connection. */
  readonly url: string;
  /** A schema, a prefix, or a name that nobody else uses. */
  readonly name: string;
}

/** A place as one process sees it. An effect is what a handler does to the outside: a row for each run. */
export interface OpenPlace {
  readonly engine: InboxEngine;
  /** For the receiver. */
  readonly store: ClaimStore;
  /** For the inbox, where its engine has no transactions. */
  readonly handled?: ClaimStore;
  /** Adds the effect and completes the claim in one transaction; `beforeCommit` runs inside of it. */
  readonly addEffect: (claim: ItemClaim, event: string, beforeCommit?: () => void) => Promise<void>;
  readonly effects: () => Promise<string[]>;
  /** Deletes everything that was stored. */
  readonly remove: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What an engine needs that is not here, and what it can do. */
export interface EngineUnderTest {
  readonly kind: EngineKind;
  readonly missing: string | undefined;
  readonly inspectable: boolean;
  readonly ordered: boolean;
  /** Where its server is, so that a proxy can stand in between. */
  readonly server: string | undefined;
}

const postgres = (await isReachable("PostgreSQL", DATABASE_URL))
  ? undefined
  : `PostgreSQL at ${DATABASE_URL}`;

const redis = (await isReachable("Redis", REDIS_URL)) ? undefined : `Redis at ${REDIS_URL}`;

const AMQP_URL = process.env["AMQP_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
const rabbitmq = (await isReachable("RabbitMQ", AMQP_URL))
  ? undefined
  : `RabbitMQ at ${new URL(AMQP_URL).host}`;

/** Every engine. */
export const engineKinds: readonly EngineUnderTest[] = [
  {
    kind: "sqlite",
    missing: undefined,
    inspectable: true,
    ordered: true,
    server: undefined,
  },
  {
    kind: "pg-boss",
    missing: postgres,
    inspectable: true,
    ordered: true,
    server: DATABASE_URL,
  },
  {
    kind: "bullmq",
    missing: redis ?? postgres,
    inspectable: true,
    ordered: false,
    server: REDIS_URL,
  },
  {
    kind: "rabbitmq",
    missing: rabbitmq ?? postgres,
    inspectable: false,
    ordered: false,
    server: AMQP_URL,
  },
];

/** A place that nobody else uses. */
export function newPlace(kind: EngineKind): Place {
  const name = `cs_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
  switch (kind) {
    case "sqlite":
      return { kind, name, url: join(mkdtempSync(join(tmpdir(), "countersign-")), "inbox.db") };
    case "pg-boss":
      return { kind, name, url: DATABASE_URL };
    case "bullmq":
      return { kind, name, url: REDIS_URL };
    case "rabbitmq":
      return { kind, name, url: AMQP_URL };
  }
}

/** Opens a place, in as many processes as one likes. */
export function openPlace(place: Place): Promise<OpenPlace> {
  switch (place.kind) {
    case "sqlite":
      return openSqlite(place);
    case "pg-boss":
      return openPgBoss(place);
    case "bullmq":
      return openBullmq(place);
    case "rabbitmq":
      return openRabbitmq(place);
  }
}

async function openSqlite({ url }: Place): Promise<OpenPlace> {
  const database = new Libsql(url);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec("CREATE TABLE IF NOT EXISTS effects (event TEXT)");
  const insert = database.prepare("INSERT INTO effects VALUES (?)");
  const effect = database.transaction(
    (claim: ItemClaim, event: string, beforeCommit: (() => void) | undefined) => {
      insert.run(event);
      void claim.completeIn?.(database);
      beforeCommit?.();
    },
  );
  return {
    engine: sqliteEngine({ database, leaseSeconds: 1, pollIntervalMs: 50 }),
    store: sqliteStore({ database }),
    addEffect: (claim, event, beforeCommit) =>
      retryWhileBusy("effects", 5000, () => effect.immediate(claim, event, beforeCommit)),
    effects: async () =>
      (database.prepare("SELECT event FROM effects").all() as { event: string }[]).map(
        (row) => row.event,
      ),
    remove: async () => rmSync(join(url, ".."), { recursive: true }),
    close: async () => {
      database.close();
    },
  };
}

/** Effects and claims in PostgreSQL, where the engine has the events, or another one beside. */
async function openPostgres(
  url: string,
  schema: string,
): Promise<Omit<OpenPlace, "engine" | "close"> & { readonly pool: Pool }> {
  const { addEffectWith, ...effects } = await openPostgresEffects(url, schema, 20);
  return { ...effects, addEffect: addEffectWith };
}

async function openPgBoss({ url, name }: Place): Promise<OpenPlace> {
  const { pool, ...place } = await openPostgres(url, name);
  const schema = `${name}_boss`;
  const boss = new PgBoss({
    connectionString: url,
    schema,
    max: 5,
    schedule: false,
    maintenanceIntervalSeconds: 1,
  });
  boss.on("error", () => {});
  await boss.start();
  return {
    ...place,
    engine: pgBossEngine({ boss, pool, schema, pollIntervalMs: 50, leaseSlackSeconds: 1 }),
    async remove() {
      await place.remove();
      // Its maintenance would meet tables that are being dropped.
      await boss.stop({ graceful: false, wait: true });
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    },
    async close() {
      await boss.stop({ graceful: false, wait: true });
      await pool.end();
    },
  };
}

/** Redis holds the events, PostgreSQL the effects, and what says that an event was handled. */
async function openBullmq({ url, name }: Place): Promise<OpenPlace> {
  const { pool, store, ...place } = await openPostgres(DATABASE_URL, name);
  const client = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => 50 });
  client.on("error", () => {});
  const { hostname, port } = new URL(url);
  const engine = bullmqEngine({
    connection: { host: hostname, port: Number(port), retryStrategy: () => 50 },
    prefix: name,
    leaseSeconds: 1,
  });
  return {
    ...place,
    engine,
    store: redisStore({ client, prefix: `${name}:claims:` }),
    handled: store,
    async remove() {
      await place.remove();
      const keys = await client.keys(`${name}:*`);
      if (keys.length > 0) await client.del(keys);
    },
    async close() {
      await engine.close();
      client.disconnect();
      await pool.end();
    },
  };
}

/** RabbitMQ carries the events; PostgreSQL has the claims, the effects, and what says that an event was handled. */
async function openRabbitmq({ url, name }: Place): Promise<OpenPlace> {
  const { pool, store, ...place } = await openPostgres(DATABASE_URL, name);
  const engine = rabbitmqEngine({ url, prefix: name });
  const used = new Set<string>();
  return {
    ...place,
    engine: {
      add: (inbox, ...more) => {
        used.add(inbox);
        return engine.add(inbox, ...more);
      },
      work: (inbox, ...more) => {
        used.add(inbox);
        return engine.work(inbox, ...more);
      },
    },
    store,
    handled: store,
    async remove() {
      await place.remove();
      await deleteQueues([...used].map((inbox) => `${name}.${inbox}`));
    },
    async close() {
      await engine.close();
      await pool.end();
    },
  };
}

async function deleteQueues(names: readonly string[]): Promise<void> {
  const connection = await connect(AMQP_URL);
  const channel = await connection.createChannel();
  const suffixes = [
    "",
    ".dead",
    ".dead-letters",
    ".dead-letters.dead",
    ".delay.250",
    ".delay.1000",
  ];
  for (const name of names) {
    for (const suffix of suffixes) await channel.deleteQueue(name + suffix);
  }
  await connection.close();
}
