import type { Claim } from "@countersign/core";
import { type PostgresStore, postgresStore } from "@countersign/store-postgres";
import { Pool } from "pg";

/** Claims and effects in one schema of PostgreSQL. An effect is a row for each run of a handler. */
export interface PostgresEffects {
  readonly pool: Pool;
  readonly store: PostgresStore;
  readonly addEffect: (event: string) => Promise<void>;
  /** Adds the effect and completes the claim, in one transaction; `beforeCommit` runs inside of it. */
  readonly addEffectWith: (
    claim: Pick<Claim, "completeIn">,
    event: string,
    beforeCommit?: () => void,
  ) => Promise<void>;
  readonly effects: () => Promise<string[]>;
  /** Deletes the schema. */
  readonly remove: () => Promise<void>;
}

/** Opens a schema, in as many processes as one likes. */
export async function openPostgresEffects(
  url: string,
  schema: string,
  max = 10,
): Promise<PostgresEffects> {
  const pool = new Pool({ connectionString: url, max, connectionTimeoutMillis: 2000 });
  pool.on("error", () => {});
  await pool.query(`
    SELECT pg_advisory_xact_lock(hashtext('${schema}'));
    SET LOCAL client_min_messages = error;
    CREATE SCHEMA IF NOT EXISTS ${schema};
    CREATE TABLE IF NOT EXISTS ${schema}.effects (event text)`);
  const store = postgresStore({ client: pool, schema });
  await store.migrate();
  const insert = `INSERT INTO ${schema}.effects VALUES ($1)`;
  return {
    pool,
    store,
    addEffect: async (event) => {
      await pool.query(insert, [event]);
    },
    addEffectWith: async (claim, event, beforeCommit) => {
      const client = await pool.connect();
      let failure: Error | undefined;
      // A connection that breaks between two queries says so here; the next query says it too.
      const onError = (error: Error): void => {
        failure = error;
      };
      client.on("error", onError);
      try {
        await client.query("BEGIN");
        await client.query(insert, [event]);
        await claim.completeIn?.(client);
        beforeCommit?.();
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK").catch((broken: Error) => {
          failure = broken;
        });
        throw error;
      } finally {
        client.off("error", onError);
        client.release(failure);
      }
    },
    effects: async () => {
      const { rows } = await pool.query<{ event: string }>(`SELECT event FROM ${schema}.effects`);
      return rows.map((row) => row.event);
    },
    remove: async () => {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    },
  };
}
