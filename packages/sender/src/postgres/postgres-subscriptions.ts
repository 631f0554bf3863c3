import { configError } from "../config-error.ts";
import type { SubscriptionStore } from "../subscription-store.ts";
import type { PostgresClient } from "./client.ts";
import { postgresDeliveries } from "./deliveries.ts";
import { postgresHeld } from "./held.ts";
import { subscriptionTable } from "./subscription-table.ts";
import { creationOf, tablesIn } from "./tables.ts";
import { postgresUnmatched } from "./unmatched.ts";

/** Options of {@link postgresSubscriptions}. */
export interface PostgresSubscriptionsOptions {
  /** Your own `pg` Pool or Client. Listen to its `error` event: a database that restarts ends the process otherwise. */
  readonly client: PostgresClient;
  /** The schema that the tables are in; a plain lower-case name. Default `countersign`. */
  readonly schema?: string | undefined;
}

/** A {@link SubscriptionStore} in PostgreSQL. */
export interface PostgresSubscriptions extends SubscriptionStore {
  /** Creates schema and tables, and adds what earlier versions lack. Run it at each start, or give {@link sql} to your own migrations. */
  createTables(): Promise<void>;
  /** The statements of {@link createTables}. */
  readonly sql: string;
}

/**
 * Keeps subscriptions in PostgreSQL, for any number of processes. Secrets are kept as they are, since they must sign: who can read the
 * table can sign in your name.
 *
 * @throws `config_invalid` where `client` is none, or the schema is no plain name
 * @example
 * ```ts
 * const subscriptions = postgresSubscriptions({ client: new Pool({ connectionString: process.env.DATABASE_URL }) });
 * await subscriptions.createTables();
 * ```
 */
export function postgresSubscriptions(
  options: PostgresSubscriptionsOptions,
): PostgresSubscriptions {
  const { client, schema = "countersign" } = options ?? ({} as PostgresSubscriptionsOptions);
  if (typeof client?.query !== "function") {
    throw configError(
      "postgresSubscriptions: client has no query(). Pass a Pool or Client of pg: postgresSubscriptions({ client: pool }).",
    );
  }
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw configError(`schema is ${JSON.stringify(schema)}; it must be a plain lower-case name.`);
  }
  const tables = tablesIn(schema);
  const sql = creationOf(tables);
  return {
    shared: true,
    sql,
    async createTables() {
      await client.query(sql);
    },
    ...subscriptionTable(client, tables),
    ...postgresDeliveries(client, tables),
    ...postgresHeld(client, tables),
    ...postgresUnmatched(client, tables),
  };
}
