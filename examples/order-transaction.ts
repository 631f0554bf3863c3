// An order for each webhook, exactly once: the order and the record that the event was handled commit together or not at all. First in
// the request, then from an inbox: the answer goes out at once, and a worker makes the order, with retries.
//
//   npm run order-transaction             on SQLite, in a file of its own
//   DATABASE_URL=postgres://… npm run order-transaction      on PostgreSQL
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Claim, type ClaimStore, defineProvider, sign } from "@countersign/core";
import { webhook } from "@countersign/express";
import { postgresStore } from "@countersign/store-postgres";
import { sqliteStore } from "@countersign/store-sqlite";
import { createInbox, type InboxEngine } from "@countersign/inbox";
import { pgBossEngine } from "@countersign/inbox/pg-boss";
import { sqliteEngine } from "@countersign/inbox/sqlite";
import express from "express";
import Database from "libsql";
import { Pool } from "pg";
import PgBoss from "pg-boss";

interface Shop {
  readonly store: ClaimStore;
  readonly engine: InboxEngine;
  /** Adds the order and completes the claim in one transaction; rejects, with nothing changed, where either fails. */
  readonly order: (event: string, claim: Pick<Claim, "completeIn">) => Promise<void> | void;
  readonly countOrders: () => Promise<number> | number;
  readonly close: () => Promise<void> | void;
}

function shopOnSqlite(): Shop {
  const directory = mkdtempSync(join(tmpdir(), "shop-"));
  const database = new Database(join(directory, "shop.db"));
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("CREATE TABLE orders (event TEXT)");
  const insert = database.prepare("INSERT INTO orders VALUES (?)");
  const order = database.transaction((event: string, claim: Pick<Claim, "completeIn">) => {
    insert.run(event);
    void claim.completeIn?.(database);
  });
  return {
    store: sqliteStore({ database }),
    engine: sqliteEngine({ database }),
    // Immediate: it takes the lock for writing when it begins, before a prepared statement could fail for it.
    order: (event, claim) => order.immediate(event, claim),
    countOrders: () => database.prepare("SELECT * FROM orders").all().length,
    close: () => {
      database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function shopOnPostgres(connectionString: string): Promise<Shop> {
  const pool = new Pool({ connectionString });
  await pool.query("CREATE SCHEMA shop_example");
  await pool.query("CREATE TABLE shop_example.orders (event text)");
  const store = postgresStore({ client: pool, schema: "shop_example" });
  await store.migrate();
  const boss = new PgBoss({ connectionString, schema: "shop_example_boss", schedule: false });
  boss.on("error", (error) => console.error(error.message));
  await boss.start();
  return {
    store,
    engine: pgBossEngine({ boss, pool, schema: "shop_example_boss" }),
    order: async (event, claim) => {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        await client.query("INSERT INTO shop_example.orders VALUES ($1)", [event]);
        await claim.completeIn?.(client);
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      } finally {
        client.release();
      }
    },
    countOrders: async () => (await pool.query("SELECT FROM shop_example.orders")).rowCount ?? 0,
    close: async () => {
      await boss.stop({ graceful: false, wait: true });
      await pool.query("DROP SCHEMA shop_example, shop_example_boss CASCADE");
      await pool.end();
    },
  };
}

const provider = defineProvider({
  name: "acme",
  signature: { header: "X-Webhook-Signature", encoding: "hex", content: "{body}" },
  id: { body: "/id" },
  dedup: "id",
});
const secret = "an example's secret, 32 characters";

const url = process.env["DATABASE_URL"];
const shop = url === undefined ? shopOnSqlite() : await shopOnPostgres(url);
let failing = true;

const app = express();
app.post(
  "/webhooks",
  webhook({ provider, secret, store: shop.store }, async ({ id = "" }, { claim, res }) => {
    if (failing) {
      failing = false;
      res.status(500).end();
      return;
    }
    await shop.order(id, claim);
  }),
);

const inbox = createInbox({
  provider,
  engine: shop.engine,
  retry: { delaysSeconds: [0.1, 1, 10] },
  handler: async ({ id = "" }, { claim, attempt }) => {
    if (attempt === 1) throw new Error("the first attempt fails");
    await shop.order(id, claim);
    console.log(`attempt ${attempt} ordered ${id}, orders: ${await shop.countOrders()}`);
  },
});
app.post("/inbox", webhook({ provider, secret, store: shop.store, endpoint: "inbox", inbox }));
await inbox.start();

const server = app.listen(0, "127.0.0.1");
await new Promise((resolve) => {
  server.once("listening", resolve);
});
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const { headers, body } = await sign({ body: { id: "evt_1" } }, { provider, secret });
for (const attempt of ["the first delivery fails", "the retry", "a duplicate"]) {
  const { status } = await fetch(`${origin}/webhooks`, {
    method: "POST",
    headers,
    body: new Uint8Array(body),
  });
  console.log(`${attempt}: ${status}, orders: ${await shop.countOrders()}`);
}

const second = await sign({ body: { id: "evt_2" } }, { provider, secret });
for (const delivery of ["stored in the inbox", "a duplicate"]) {
  const { status } = await fetch(`${origin}/inbox`, {
    method: "POST",
    headers: second.headers,
    body: new Uint8Array(second.body),
  });
  console.log(`${delivery}: ${status}`);
}
while ((await shop.countOrders()) < 2) {
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
}
await inbox.stop();

server.closeAllConnections();
server.close();
await shop.close();
