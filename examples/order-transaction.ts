// An order for each webhook, exactly once: the order and the record that the event was handled commit together or not at all.
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
import express from "express";
import Database from "libsql";
import { Pool } from "pg";

interface Shop {
  readonly store: ClaimStore;
  /** Adds the order and completes the claim in one transaction; rejects, with nothing changed, where either fails. */
  readonly order: (event: string, claim: Claim) => Promise<void> | void;
  readonly countOrders: () => Promise<number> | number;
  readonly close: () => Promise<void> | void;
}

function shopOnSqlite(): Shop {
  const directory = mkdtempSync(join(tmpdir(), "shop-"));
  const database = new Database(join(directory, "shop.db"));
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("CREATE TABLE orders (event TEXT)");
  const insert = database.prepare("INSERT INTO orders VALUES (?)");
  const order = database.transaction((event: string, claim: Claim) => {
    insert.run(event);
    void claim.completeIn?.(database);
  });
  return {
    store: sqliteStore({ database }),
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
  return {
    store,
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
      await pool.query("DROP SCHEMA shop_example CASCADE");
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

const server = app.listen(0, "127.0.0.1");
await new Promise((resolve) => {
  server.once("listening", resolve);
});
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;

const { headers, body } = await sign({ body: { id: "evt_1" } }, { provider, secret });
for (const attempt of ["the first delivery fails", "the retry", "a duplicate"]) {
  const { status } = await fetch(endpoint, { method: "POST", headers, body: new Uint8Array(body) });
  console.log(`${attempt}: ${status}, orders: ${await shop.countOrders()}`);
}

server.closeAllConnections();
server.close();
await shop.close();
