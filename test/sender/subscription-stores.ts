import { randomUUID } from "node:crypto";
import {
  memorySubscriptions,
  postgresSubscriptions,
  type SubscriptionStore,
} from "@countersign/sender";
import { Client, Pool } from "pg";

/** A store with nothing in it, and what takes it away again. */
interface OpenStore {
  readonly store: SubscriptionStore;
  readonly close: () => Promise<void>;
}

/** A kind of store to run the same tests over. */
export interface StoreKind {
  readonly name: string;
  /** Whether its service is missing, and it is to be skipped. */
  readonly missing: boolean;
  readonly open: () => Promise<OpenStore>;
}

/** Where PostgreSQL is. */
export const databaseUrl = process.env["DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/test";

/** Why Postgres is left out; undefined where it is there. With REQUIRE_SERVICES its absence is an error. */
export const postgresMissing: string | undefined = await (async () => {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    if (process.env["REQUIRE_SERVICES"] === "1") throw error;
    return `no PostgreSQL at ${new URL(databaseUrl).host} (DATABASE_URL)`;
  }
})();

export const storeKinds: readonly StoreKind[] = [
  {
    name: "in memory",
    missing: false,
    open: async () => ({ store: memorySubscriptions(), close: async () => {} }),
  },
  {
    name: postgresMissing === undefined ? "in PostgreSQL" : `in PostgreSQL (${postgresMissing})`,
    missing: postgresMissing !== undefined,
    open: openPostgres,
  },
];

async function openPostgres(): Promise<OpenStore> {
  const pool = new Pool({ connectionString: databaseUrl, max: 5 });
  const schema = `sender_${randomUUID().replaceAll("-", "")}`;
  const store = postgresSubscriptions({ client: pool, schema });
  // Workers that start together all do this; and running it again changes nothing.
  await Promise.all(Array.from({ length: 5 }, () => store.createTables()));
  return {
    store,
    close: async () => {
      await pool.query(`drop schema ${schema} cascade`);
      await pool.end();
    },
  };
}
