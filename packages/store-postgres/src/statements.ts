import { WebhookError } from "@countersign/core";
import type { Statement } from "./client.ts";
import { literal } from "./literal.ts";

/** The store's SQL. A record: `token` of the holder, or null once processed; and until when it counts. */
export interface Statements {
  readonly migrate: Statement;
  /** (key, token, leaseMs) changes a record if taken */
  readonly take: Statement;
  /** (key) → processed, left_ms; no row if it can be taken */
  readonly find: Statement;
  /** (key, token, leaseMs) changes a record if extended */
  readonly extend: Statement;
  /** (key, token, retentionMs) changes a record if completed */
  readonly complete: Statement;
  /** (key, token) changes a record if released */
  readonly release: Statement;
  /** (limit) changes each that is deleted */
  readonly deleteExpired: Statement;
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
  const live = "key = $1 AND expires_at > clock_timestamp()";
  const held = `${live} AND token = $2`;
  return {
    // One statement, and so one transaction, that every client can run. It says nothing where the table is there.
    migrate: statement(
      `DO ${literal(`
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
    ),
    // A record that counts is only read: duplicates write nothing, and don't wait for a transaction that holds its row. Else the
    // insert decides, by the row as it is then.
    take: statement(`
      INSERT INTO ${table} AS record (key, token, expires_at)
      SELECT $1, $2, ${after("$3")}
      WHERE NOT EXISTS (SELECT FROM ${table} WHERE ${live})
      ON CONFLICT (key) DO UPDATE SET token = excluded.token, expires_at = ${after("$3")}
      WHERE record.expires_at <= clock_timestamp()`),
    find: statement(`
      SELECT token IS NULL AS processed,
        extract(epoch FROM expires_at - clock_timestamp())::float8 * 1000 AS left_ms
      FROM ${table} WHERE ${live}`),
    extend: statement(`UPDATE ${table} SET expires_at = ${after("$3")} WHERE ${held}`),
    complete: statement(
      `UPDATE ${table} SET token = NULL, expires_at = ${after("$3")} WHERE ${held}`,
    ),
    release: statement(`DELETE FROM ${table} WHERE ${held}`),
    // now() and not clock_timestamp(), for which no index can be used.
    deleteExpired: statement(`
      DELETE FROM ${table} WHERE key = ANY (ARRAY(
        SELECT key FROM ${table} WHERE expires_at <= now()
        ORDER BY expires_at LIMIT $1::int4 FOR UPDATE SKIP LOCKED
      ))`),
  };
}

/** The names of statements by their texts. */
const names = new Map<string, string>();

/** Another copy of this module, perhaps of another version, may prepare its statements on the same connection. */
let ofThisCopy: string | undefined;

function statement(text: string): Statement {
  let name = names.get(text);
  if (name === undefined) {
    ofThisCopy ??= crypto.randomUUID().slice(0, 8);
    name = `countersign_${ofThisCopy}_${names.size}`;
    names.set(text, name);
  }
  return { name, text };
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
