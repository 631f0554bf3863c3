/** The store's SQL. A record: `token` of the holder, or null once processed; until when it counts, in ms since 1970. */
export interface Statements {
  readonly create: string;
  /** Writes nothing, and takes the lock for it. */
  readonly lock: string;
  /** (key) → token, leftMs */
  readonly find: string;
  /** (key, token, leaseMs) → a row if taken */
  readonly take: string;
  /** (leaseMs, key, token) → a row if extended */
  readonly extend: string;
  /** (retentionMs, key, token) → a row if completed */
  readonly complete: string;
  /** (key, token) → a row if released */
  readonly release: string;
  /** (limit) → a row for each that was deleted */
  readonly deleteExpired: string;
}

/** SQLite's own clock, in every version of it that is about. */
const NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

/** Writes the statements for a table. */
export function statementsFor(tableName: string): Statements {
  const table = quoted(tableName);
  const index = quoted(`${tableName}_expires_at`);
  const held = `key = ? AND token = ? AND expires_at > ${NOW}`;
  return {
    create: `
      CREATE TABLE IF NOT EXISTS ${table} (
        key TEXT NOT NULL PRIMARY KEY,
        token TEXT,
        expires_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS ${index} ON ${table} (expires_at)`,
    lock: `DELETE FROM ${table} WHERE 0`,
    find: `
      SELECT token, expires_at - ${NOW} AS leftMs FROM ${table}
      WHERE key = ? AND expires_at > ${NOW}`,
    take: `
      INSERT INTO ${table} AS record (key, token, expires_at) VALUES (?, ?, ${NOW} + ?)
      ON CONFLICT (key) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at
      WHERE record.expires_at <= ${NOW}
      RETURNING 1`,
    extend: `UPDATE ${table} SET expires_at = ${NOW} + ? WHERE ${held} RETURNING 1`,
    complete: `UPDATE ${table} SET token = NULL, expires_at = ${NOW} + ? WHERE ${held} RETURNING 1`,
    release: `DELETE FROM ${table} WHERE ${held} RETURNING 1`,
    deleteExpired: `
      DELETE FROM ${table} WHERE key IN (
        SELECT key FROM ${table} WHERE expires_at <= ${NOW} ORDER BY expires_at LIMIT ?
      ) RETURNING 1`,
  };
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
