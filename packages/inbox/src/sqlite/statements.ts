/** SQLite's own clock, in every version of it that is about. */
const NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

/** The condition of the index of what is still to be done; it has to be written in the same words wherever that index is to be used. */
const OPEN = "finished_at IS NULL";

const COLUMNS = `
  id, attempts, stored_at AS storedAt, due_at AS dueAt, finished_at AS finishedAt, error, event,
  CASE
    WHEN finished_at IS NULL THEN iif(token IS NOT NULL AND due_at > ${NOW}, 'running', 'waiting')
    ELSE iif(is_dead, 'dead', 'done')
  END AS state`;

/** In a list, by state. */
const CONDITIONS = {
  waiting: `${OPEN} AND (token IS NULL OR due_at <= ${NOW})`,
  running: `${OPEN} AND token IS NOT NULL AND due_at > ${NOW}`,
  done: "finished_at IS NOT NULL AND NOT is_dead",
  dead: "finished_at IS NOT NULL AND is_dead",
} as const;

/** The engine's SQL, by what it does. */
export type Statements = Readonly<
  Record<
    | "create"
    | "add"
    | "isDue"
    | "take"
    | "extend"
    | "complete"
    | "postpone"
    | "bury"
    | "listAll"
    | "listWaiting"
    | "listRunning"
    | "listDone"
    | "listDead"
    | "get"
    | "counts"
    | "retry"
    | "discard"
    | "prune",
    string
  >
>;

/**
 * Writes the statements for a table.
 *
 * A record: `due_at`, when it is to be taken, or, with a `token`, when its worker's lease ends; `finished_at`, since when it is done or a
 * dead letter. All times are in milliseconds since 1970.
 */
export function statementsFor(tableName: string): Statements {
  const table = quoted(tableName);
  const index = (suffix: string): string => quoted(`${tableName}_${suffix}`);
  const list = (condition: string): string =>
    `SELECT ${COLUMNS} FROM ${table} WHERE queue = ? AND ${condition} ORDER BY seq LIMIT ? OFFSET ?`;
  return {
    create: `
      CREATE TABLE IF NOT EXISTS ${table} (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL,
        id TEXT NOT NULL,
        order_key TEXT,
        event TEXT NOT NULL,
        stored_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        due_at INTEGER NOT NULL,
        token TEXT,
        finished_at INTEGER,
        is_dead INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        UNIQUE (queue, id)
      );
      CREATE INDEX IF NOT EXISTS ${index("due")} ON ${table} (queue, due_at, seq) WHERE ${OPEN};
      CREATE INDEX IF NOT EXISTS ${index("order")} ON ${table} (queue, order_key, seq)
        WHERE ${OPEN} AND order_key IS NOT NULL;
      CREATE INDEX IF NOT EXISTS ${index("finished")} ON ${table} (queue, is_dead, finished_at)
        WHERE finished_at IS NOT NULL`,
    /** (queue, id, orderKey, event) */
    add: `
      INSERT INTO ${table} (queue, id, order_key, event, stored_at, due_at)
      VALUES (?, ?, ?, ?, ${NOW}, ${NOW}) ON CONFLICT (queue, id) DO NOTHING RETURNING 1`,
    /** (queue) → a row where something is due. Needs no lock for writing. */
    isDue: `SELECT 1 FROM ${table} WHERE queue = ? AND ${OPEN} AND due_at <= ${NOW} LIMIT 1`,
    /** (token, leaseMs, queue, limit) → the items that were taken */
    take: `
      UPDATE ${table} SET token = ?, attempts = attempts + 1, due_at = ${NOW} + ?
      WHERE seq IN (
        SELECT seq FROM ${table} AS item
        WHERE queue = ? AND ${OPEN} AND due_at <= ${NOW} AND NOT EXISTS (
          SELECT 1 FROM ${table} AS earlier
          WHERE earlier.queue = item.queue AND earlier.${OPEN} AND earlier.order_key IS NOT NULL
            AND earlier.order_key = item.order_key AND earlier.seq < item.seq
        )
        ORDER BY due_at, seq LIMIT ?
      )
      RETURNING seq, id, attempts, stored_at AS storedAt, event`,
    /** (leaseMs, queue, id, token) → a row if extended */
    extend: `
      UPDATE ${table} SET due_at = ${NOW} + ?
      WHERE queue = ? AND id = ? AND token = ? AND ${OPEN} RETURNING 1`,
    /** (queue, id, token) → a row if it was still the token's */
    complete: `
      UPDATE ${table} SET token = NULL, finished_at = ${NOW}, error = NULL
      WHERE queue = ? AND id = ? AND token = ? AND ${OPEN} RETURNING 1`,
    /** (afterMs, error, queue, id, token) */
    postpone: `
      UPDATE ${table} SET token = NULL, due_at = ${NOW} + ?, error = ?
      WHERE queue = ? AND id = ? AND token = ? AND ${OPEN} RETURNING 1`,
    /** (error, queue, id, token) */
    bury: `
      UPDATE ${table} SET token = NULL, finished_at = ${NOW}, is_dead = 1, error = ?
      WHERE queue = ? AND id = ? AND token = ? AND ${OPEN} RETURNING 1`,
    /** (queue, limit, offset) → items */
    listAll: list("1"),
    listWaiting: list(CONDITIONS.waiting),
    listRunning: list(CONDITIONS.running),
    listDone: list(CONDITIONS.done),
    listDead: list(CONDITIONS.dead),
    /** (queue, id) → an item */
    get: `SELECT ${COLUMNS} FROM ${table} WHERE queue = ? AND id = ?`,
    /** (queue) → state, count */
    counts: `SELECT state, count(*) AS count FROM (SELECT ${COLUMNS} FROM ${table} WHERE queue = ?) GROUP BY state`,
    /** (queue, id) → a row if it is due now */
    retry: `
      UPDATE ${table} SET due_at = ${NOW}, token = NULL, finished_at = NULL, is_dead = 0,
        attempts = iif(is_dead, 0, attempts)
      WHERE queue = ? AND id = ? AND ((${CONDITIONS.waiting}) OR (${CONDITIONS.dead})) RETURNING 1`,
    /** (queue, id) → a row if deleted */
    discard: `DELETE FROM ${table} WHERE queue = ? AND id = ? AND NOT (${CONDITIONS.running}) RETURNING 1`,
    /** (queue, isDead, olderThanMs, limit) → a row for each that was deleted */
    prune: `
      DELETE FROM ${table} WHERE seq IN (
        SELECT seq FROM ${table}
        WHERE queue = ? AND is_dead = ? AND finished_at IS NOT NULL AND finished_at <= ${NOW} - ?
        ORDER BY finished_at LIMIT ?
      ) RETURNING 1`,
  };
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
