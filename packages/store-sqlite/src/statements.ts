/** The store's SQL. A record: `token` of the holder, or null once processed; until when it counts, in ms since 1970. */
export interface Statements {
  readonly create: string;
  /** Writes nothing, and takes the lock for it. */
  readonly lock: string;
  /** Reads nothing, and takes the lock for it. */
  readonly readLock: string;
  /** (key) → token, leftMs */
  readonly find: string;
  /** (key, token, leaseMs) changes a record if taken */
  readonly take: string;
  /** (leaseMs, key, token) changes a record if extended */
  readonly extend: string;
  /** (retentionMs, key, token) changes a record if completed */
  readonly complete: string;
  /** (key, token) changes a record if released */
  readonly release: string;
  /** (first, limit) → the last of so many keys that begin at `first`, and how many there are */
  readonly stretch: string;
  /** (first, last) changes the records whose time is over */
  readonly deleteExpired: string;
}

/** SQLite's own clock, in every version of it that is about. */
const NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

/**
 * Writes the statements for a table.
 *
 * Statements that change a record return no row: that costs a third of what they do. Expired records are found by walking through the
 * keys: an index on `expires_at`, which tables of earlier versions have, made each claim and each completion half as dear again.
 */
export function statementsFor(tableName: string): Statements {
  const table = quoted(tableName);
  const indexOfEarlierVersions = quoted(`${tableName}_expires_at`);
  const held = `key = ? AND token = ? AND expires_at > ${NOW}`;
  return {
    create: `
      CREATE TABLE IF NOT EXISTS ${table} (
        key TEXT NOT NULL PRIMARY KEY,
        token TEXT,
        expires_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      DROP INDEX IF EXISTS ${indexOfEarlierVersions}`,
    lock: `DELETE FROM ${table} WHERE 0`,
    readLock: `SELECT 1 FROM ${table} WHERE 0`,
    find: `
      SELECT token, expires_at - ${NOW} AS leftMs FROM ${table}
      WHERE key = ? AND expires_at > ${NOW}`,
    take: `
      INSERT INTO ${table} AS record (key, token, expires_at) VALUES (?, ?, ${NOW} + ?)
      ON CONFLICT (key) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at
      WHERE record.expires_at <= ${NOW}`,
    extend: `UPDATE ${table} SET expires_at = ${NOW} + ? WHERE ${held}`,
    complete: `UPDATE ${table} SET token = NULL, expires_at = ${NOW} + ? WHERE ${held}`,
    release: `DELETE FROM ${table} WHERE ${held}`,
    stretch: `
      SELECT max(key) AS last, count(*) AS count
      FROM (SELECT key FROM ${table} WHERE key >= ? ORDER BY key LIMIT ?)`,
    deleteExpired: `DELETE FROM ${table} WHERE key BETWEEN ? AND ? AND expires_at <= ${NOW}`,
  };
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
