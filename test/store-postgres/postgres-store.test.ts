import { setTimeout as sleep } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { postgresStore } from "@countersign/store-postgres";
import { Redis } from "ioredis";
import { Client, Pool } from "pg";
import postgres from "postgres";
import { createClient } from "redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DATABASE_URL, isReachable } from "../conformance/services.ts";

const LEASE = { leaseMs: 60_000 };
const RETENTION = { retentionMs: 60_000 };
const CONFIG_INVALID = expect.objectContaining({ code: "config_invalid" });

it("refuses what is no client, and names that can't be one", () => {
  for (const client of [DATABASE_URL, {}, undefined]) {
    expect(() => postgresStore({ client: client as never })).toThrow(CONFIG_INVALID);
  }
  const client = new Pool({ connectionString: DATABASE_URL });
  for (const table of ["", "t".repeat(64), "é".repeat(32), "a\0b"]) {
    expect(() => postgresStore({ client, table })).toThrow(CONFIG_INVALID);
  }
});

it("says so where it gets a client of another store, or none, or the client without its name", () => {
  const redis = new Redis({ lazyConnect: true });
  for (const client of [redis, createClient()]) {
    for (const given of [client, { client }]) {
      expect(() => postgresStore(given as never)).toThrow(
        /Is this a client of Redis\? Use redisStore/,
      );
    }
  }
  for (const given of [undefined, null, {}, new Pool()]) {
    expect(() => postgresStore(given as never)).toThrow(/Pass the client itself: postgresStore\(/);
  }
});

const missing = (await isReachable("PostgreSQL", DATABASE_URL))
  ? ""
  : ` (skipped: no PostgreSQL at ${DATABASE_URL})`;

describe.skipIf(missing !== "")(`postgresStore${missing}`, () => {
  const schema = `countersign_test_${crypto.randomUUID().replaceAll("-", "")}`;
  const pool = new Pool({ connectionString: DATABASE_URL, max: 20 });
  const store = postgresStore({ client: pool, schema });

  beforeAll(async () => {
    await pool.query(`CREATE SCHEMA ${schema}`);
    await store.migrate();
    await pool.query(`CREATE TABLE ${schema}.orders (id text)`);
  });
  beforeEach(() => pool.query(`TRUNCATE ${schema}.countersign_claims, ${schema}.orders`));
  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    await pool.end();
  });

  async function count(table: string): Promise<number> {
    const { rows } = await pool.query(`SELECT count(*)::int4 AS count FROM ${schema}.${table}`);
    return rows[0].count;
  }

  describe("migrate", () => {
    it("creates the table once, whoever comes at the same time", async () => {
      for (let round = 0; round < 5; round++) {
        const table = `claims_${round}`;
        await Promise.all(
          Array.from({ length: 20 }, () =>
            postgresStore({ client: pool, schema, table }).migrate(),
          ),
        );
        await postgresStore({ client: pool, schema, table }).migrate();
        expect(await count(table)).toBe(0);
        const { rows } = await pool.query(
          "SELECT count(*)::int4 AS count FROM pg_indexes WHERE schemaname = $1 AND tablename = $2",
          [schema, table],
        );
        expect(rows).toEqual([{ count: 2 }]);
      }
    });

    it.each([
      `Claims"; DROP TABLE orders; --`,
      "it's $countersign$ $$ \\ claims",
      "select",
      "Ünïcode 🧾",
    ])("quotes the table name %j", async (table) => {
      const named = postgresStore({ client: pool, schema, table });
      await named.migrate();
      await named.migrate();
      expect(await named.claim("event", { token: "a", ...LEASE })).toEqual({ status: "claimed" });
      expect(await named.deleteExpired()).toBe(0);
      expect(await count(`"${table.replaceAll('"', '""')}"`)).toBe(1);
      expect(await count("orders")).toBe(0);
    });

    it("is asked for where it was forgotten", async () => {
      const forgotten = postgresStore({ client: pool, schema, table: "not_there" });
      await expect(forgotten.claim("event", { token: "a", ...LEASE })).rejects.toThrow(
        "await store.migrate()",
      );
    });
  });

  describe("clean-up", () => {
    it("deletes a batch of what is over, and passes over rows that others have locked", async () => {
      await Promise.all(
        Array.from({ length: 300 }, async (_, event) =>
          store.claim(`event ${event}`, { token: "a", leaseMs: 1 }),
        ),
      );
      await store.claim("held", { token: "a", ...LEASE });
      await sleep(20);
      await inTransaction(async (client) => {
        await client.query(
          `SELECT FROM ${schema}.countersign_claims WHERE key LIKE 'event 1_' FOR UPDATE`,
        );
        expect([
          await store.deleteExpired(),
          await store.deleteExpired(),
          await store.deleteExpired(),
        ]).toEqual([256, 34, 0]);
      });
      expect(await store.deleteExpired()).toBe(10);
      expect(await count("countersign_claims")).toBe(1);
    });

    it("comes by itself", { timeout: 120_000 }, async () => {
      for (let event = 0; event < 500; event++) {
        await store.claim(`event ${event}`, { token: "a", ...LEASE });
        await store.complete(`event ${event}`, { token: "a", retentionMs: 1 });
      }
      await expect.poll(() => count("countersign_claims")).toBeLessThan(150);
    });

    it(
      "comes too where processes end long before they have completed many events",
      { timeout: 120_000 },
      async () => {
        await Promise.all(
          Array.from({ length: 20 }, async (_, process) => {
            for (let event = 0; event < 50; event++) {
              const short = postgresStore({ client: pool, schema });
              await short.claim(`${process} ${event}`, { token: "a", ...LEASE });
              await short.complete(`${process} ${event}`, { token: "a", retentionMs: 1 });
            }
          }),
        );
        await expect.poll(() => count("countersign_claims")).toBeLessThan(900);
      },
    );

    it("finds what is over by its index", async () => {
      await pool.query(
        `INSERT INTO ${schema}.countersign_claims
         SELECT 'held ' || n, 'a', now() + interval '1 day' FROM generate_series(1, 20000) AS n`,
      );
      await pool.query(`ANALYZE ${schema}.countersign_claims`);
      const { rows } = await pool.query(
        `EXPLAIN SELECT key FROM ${schema}.countersign_claims WHERE expires_at <= now()
         ORDER BY expires_at LIMIT 256 FOR UPDATE SKIP LOCKED`,
      );
      expect(JSON.stringify(rows)).toContain("Index Scan");
    });
  });

  describe("statements", () => {
    it.each([
      [true, 3],
      [false, 0],
    ])("are prepared once a connection where `prepare` is %s", async (prepare, prepared) => {
      const single = new Pool({ connectionString: DATABASE_URL, max: 1 });
      const stores = [
        postgresStore({ client: single, schema, prepare }),
        postgresStore({ client: single, schema, prepare }),
      ];
      for (const one of stores) {
        const key = `event ${stores.indexOf(one)}`;
        expect(await one.claim(key, { token: "a", ...LEASE })).toEqual({ status: "claimed" });
        expect(await one.claim(key, { token: "b", ...LEASE })).toMatchObject({
          status: "in_flight",
        });
        expect(await one.complete(key, { token: "a", ...RETENTION })).toBe(true);
      }
      const { rows } = await single.query(
        "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'countersign%' AND statement NOT LIKE '%LIMIT%'",
      );
      expect(rows).toHaveLength(prepared);
      await single.end();
    });

    it("are prepared once in PGlite too, and again where it has forgotten them", async () => {
      const database = new PGlite();
      const names = async (): Promise<number> =>
        (await database.query("SELECT FROM pg_prepared_statements WHERE name LIKE 'countersign%'"))
          .rows.length;
      const one = postgresStore({ client: database });
      await expect(one.claim("event", { token: "a", ...LEASE })).rejects.toThrow("migrate()");
      await one.migrate();
      const claims = await Promise.all(
        ["it's", "it's", "back\\slash", "Ünïcode 🧾"].map(async (key, n) =>
          one.claim(key, { token: `${n}'`, ...LEASE }),
        ),
      );
      expect(claims.map(({ status }) => status)).toEqual([
        "claimed",
        "in_flight",
        "claimed",
        "claimed",
      ]);
      expect(await names()).toBe(2);
      for (const forgotten of ["DEALLOCATE ALL", "DISCARD ALL"]) {
        await database.exec(forgotten);
        const again = ["x", "y", "it's"].map(async (key) =>
          one.claim(`${key}${forgotten}`, { token: "a", ...LEASE }),
        );
        for (const { status } of await Promise.all(again)) expect(status).toBe("claimed");
      }
      expect(await one.complete("it's", { token: "0'", ...RETENTION })).toBe(true);
      expect(await one.claim("it's", { token: "a", ...LEASE })).toEqual({ status: "processed" });
      const unprepared = postgresStore({ client: database, prepare: false });
      const before = await names();
      expect(await unprepared.claim("other", { token: "a", ...LEASE })).toEqual({
        status: "claimed",
      });
      expect(await unprepared.release("other", { token: "a" })).toBe(true);
      expect(await names()).toBe(before);
      await database.close();
    });

    it("need no count of records from a client of one's own", async () => {
      const own = {
        async query(text: string, values: unknown[]) {
          const { rows } = await pool.query(text, values);
          return { rows };
        },
      };
      const one = postgresStore({ client: own, schema });
      expect(await one.claim("event", { token: "a", ...LEASE })).toEqual({ status: "claimed" });
      expect(await one.claim("event", { token: "b", ...LEASE })).toMatchObject({
        status: "in_flight",
      });
      expect(await one.complete("event", { token: "b", ...RETENTION })).toBe(false);
      expect(await one.complete("event", { token: "a", ...RETENTION })).toBe(true);
    });

    it("don't get mixed up between two tables", async () => {
      const single = new Pool({ connectionString: DATABASE_URL, max: 1 });
      for (const table of ["first", "second"]) {
        const one = postgresStore({ client: single, schema, table });
        await one.migrate();
        expect(await one.claim("event", { token: "a", ...LEASE })).toEqual({ status: "claimed" });
      }
      await single.end();
    });
  });

  describe("beside transactions of the user's", () => {
    it("refuses to take part in one that is open on its single client", async () => {
      const client = new Client({ connectionString: DATABASE_URL });
      await client.connect();
      const single = postgresStore({ client, schema });
      expect(await single.claim("event", { token: "a", ...LEASE })).toEqual({ status: "claimed" });
      await client.query("BEGIN");
      await expect(single.extend("event", { token: "a", ...LEASE })).rejects.toThrow(
        "a transaction is open on the store's client",
      );
      expect(await single.completeIn(client, "event", { token: "a", ...RETENTION })).toBe(true);
      await client.query("COMMIT");
      expect(await single.claim("event", { token: "b", ...LEASE })).toEqual({
        status: "processed",
      });
      await client.end();
    });

    it("takes no part in one that was begun on its single client at the same moment", async () => {
      const client = new Client({ connectionString: DATABASE_URL });
      await client.connect();
      const single = postgresStore({ client, schema });
      const begun = client.query("BEGIN");
      const claimed = single.claim("event", { token: "a", ...LEASE });
      await expect(claimed).rejects.toThrow("a transaction is open on the store's client");
      await begun;
      await client.query("ROLLBACK");
      await client.end();
    });

    it("answers duplicates while one holds the record's row", async () => {
      await store.claim("event", { token: "a", ...LEASE });
      await inTransaction(async (client) => {
        expect(await store.completeIn(client, "event", { token: "a", ...RETENTION })).toBe(true);
        const duplicates = await Promise.all(
          Array.from({ length: 50 }, async () => store.claim("event", { token: "b", ...LEASE })),
        );
        expect(new Set(duplicates.map(({ status }) => status))).toEqual(new Set(["in_flight"]));
      });
    });

    it.each(["COMMIT", "ROLLBACK"])(
      "lets a claim on a lapsed lease wait for one that completed in time: %s",
      async (end) => {
        await store.claim("event", { token: "a", leaseMs: 1000 });
        const client = await pool.connect();
        await client.query("BEGIN");
        expect(await store.completeIn(client, "event", { token: "a", ...RETENTION })).toBe(true);
        await sleep(1100);
        let settled = false;
        const next = Promise.resolve(store.claim("event", { token: "b", ...LEASE })).finally(() => {
          settled = true;
        });
        await sleep(50);
        expect(settled).toBe(false);
        await client.query(end);
        client.release();
        expect((await next).status).toBe(end === "COMMIT" ? "processed" : "claimed");
        const later = await store.claim("event", { token: "c", ...LEASE });
        expect(later.status).toBe(end === "COMMIT" ? "processed" : "in_flight");
      },
    );

    it("works where the database's default isolation is stricter", async () => {
      const strict = new Pool({
        connectionString: DATABASE_URL,
        max: 20,
        options: "-c default_transaction_isolation=serializable",
      });
      const strictStore = postgresStore({ client: strict, schema });
      for (let event = 0; event < 20; event++) {
        const results = await Promise.all(
          Array.from({ length: 20 }, async (_, claimant) =>
            strictStore.claim(`event ${event}`, { token: `${claimant}`, ...LEASE }),
          ),
        );
        expect(results.filter(({ status }) => status === "claimed")).toHaveLength(1);
      }
      await strict.end();
    });
  });

  describe("completeIn refuses a client without a transaction:", () => {
    it("a Pool, and an idle Client, of pg", async () => {
      await store.claim("event", { token: "a", ...LEASE });
      const idle = await pool.connect();
      for (const client of [pool, idle]) {
        await expect(
          store.completeIn(client, "event", { token: "a", ...RETENTION }),
        ).rejects.toThrow(CONFIG_INVALID);
      }
      idle.release();
      expect(await store.release("event", { token: "a" })).toBe(true);
    });

    it("the outer sql of postgres.js", async () => {
      const sql = postgres(DATABASE_URL);
      await expect(store.completeIn(sql, "event", { token: "a", ...RETENTION })).rejects.toThrow(
        CONFIG_INVALID,
      );
      await sql.end();
    });

    it("the database of PGlite", { timeout: 120_000 }, async () => {
      const database = new PGlite();
      await expect(
        store.completeIn(database, "event", { token: "a", ...RETENTION }),
      ).rejects.toThrow(CONFIG_INVALID);
      await database.close();
    });
  });
});

/** Runs `work` on a client in a transaction, and rolls back. */
async function inTransaction(work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: DATABASE_URL });
  await client.connect();
  try {
    await client.query("BEGIN");
    await work(client);
    await client.query("ROLLBACK");
  } finally {
    await client.end();
  }
}
