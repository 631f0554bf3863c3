import { WebhookError } from "@countersign/core";

/** The store's SQL. A record: `token` of the holder, or null once processed; and until when it counts. */
export interface Statements {
  readonly migrate: string;
  /** (key, token, leaseMs) → one row: claimed, processed, left_ms */
  readonly claim: string;
  /** (key, token, leaseMs) → a row if extended */
  readonly extend: string;
  /** (key, token, retentionMs) → a row if completed */
  readonly complete: string;
  /** (key, token) → a row if released */
  readonly release: string;
  /** (limit) → a row for each that was deleted */
  readonly deleteExpired: string;
}

/** PostgreSQL cuts longer names off, which would make two tables one. */
const MAX_NAME_BYTES = 63;

/** "counters" in ASCII: one lock for whoever creates such a table. */
const MIGRATION_LOCK = "7165916604736730739";

/** Not now(), which stands still while a transaction runs. */
const after = (parameter: string): string =>
  `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;

/** Writes the statements for a table. */
export function statementsFor(tableName: string, schemaName: string | undefined): Statements {
  const table = [schemaName, tableName]
    .filter((name) => name !== undefined)
    .map(quoted)
    .join(".");
  const held = "key = $1 AND token = $2 AND expires_at > clock_timestamp()";
  return {
    // One statement, and so one transaction, that every client can run. It says nothing where the table is there.
    migrate: `DO ${literal(`
      BEGIN
        PERFORM pg_advisory_xact_lock(${MIGRATION_LOCK});
        IF to_regclass(${literal(table)}) IS NULL THEN
          CREATE TABLE ${table} (
            key text COLLATE "C" PRIMARY KEY,
            token text,
            expires_at timestamptz NOT NULL
          );
          CREATE INDEX ON ${table} (expires_at);
        END IF;
      END`)}`,
    // A record that counts is only read: duplicates write nothing, and don't wait for a transaction that holds its row. Else the
    // insert decides, by the row as it is then; where it loses, a claim was made since the statement began, which it can't see.
    claim: `
      WITH known AS MATERIALIZED (
        SELECT token, expires_at FROM ${table} WHERE key = $1 AND expires_at > clock_timestamp()
      ), taken AS (
        INSERT INTO ${table} AS record (key, token, expires_at)
        SELECT $1, $2, ${after("$3")} WHERE NOT EXISTS (SELECT FROM known)
        ON CONFLICT (key) DO UPDATE SET token = excluded.token, expires_at = ${after("$3")}
        WHERE record.expires_at <= clock_timestamp()
        RETURNING 1
      )
      SELECT
        EXISTS (SELECT FROM taken) AS claimed,
        EXISTS (SELECT FROM known WHERE token IS NULL) AS processed,
        (SELECT extract(epoch FROM expires_at - clock_timestamp())::float8 * 1000 FROM known) AS left_ms`,
    extend: `UPDATE ${table} SET expires_at = ${after("$3")} WHERE ${held} RETURNING 1`,
    complete: `UPDATE ${table} SET token = NULL, expires_at = ${after("$3")} WHERE ${held} RETURNING 1`,
    release: `DELETE FROM ${table} WHERE ${held} RETURNING 1`,
    // now() and not clock_timestamp(), for which no index can be used.
    deleteExpired: `
      DELETE FROM ${table} WHERE key = ANY (ARRAY(
        SELECT key FROM ${table} WHERE expires_at <= now()
        ORDER BY expires_at LIMIT $1::int4 FOR UPDATE SKIP LOCKED
      )) RETURNING 1`,
  };
}

function quoted(name: string): string {
  const bytes = new TextEncoder().encode(name).length;
  if (bytes === 0 || bytes > MAX_NAME_BYTES || name.includes("\0")) {
    throw new WebhookError(
      "config_invalid",
      `postgresStore: ${JSON.stringify(name)} can't name a table or schema: PostgreSQL takes 1 to ${MAX_NAME_BYTES} bytes without NUL.`,
    );
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string constant that reads the same whatever `standard_conforming_strings` says. */
function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes("\\") ? ` E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}
