import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../base/usage-error.ts";
import type { DeliveryLog } from "./delivery-log.ts";
import type { Answered, Entry } from "./entry.ts";

/** The folder in which deliveries are saved, unless another one is named. */
export const DEFAULT_FOLDER = ".countersign";

const FILE = "deliveries.db";

const SCHEMA = `CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entry TEXT NOT NULL,
  body BLOB NOT NULL,
  answer BLOB
)`;

interface Row {
  readonly id: number;
  readonly entry: string;
  readonly body: Uint8Array;
  readonly answer: Uint8Array | null;
}

/**
 * Opens a log in a SQLite file, which only the user can read.
 *
 * @param folder made where it is missing
 * @param create false: the file must be there
 * @throws UsageError if it is not there, or SQLite is not installed
 */
export async function sqliteLog(folder: string, create: boolean): Promise<DeliveryLog> {
  const file = join(folder, FILE);
  if (create) makeFolder(folder);
  else if (!existsSync(file)) {
    throw new UsageError(
      `No deliveries are saved in ${folder}. Run countersign listen --save ${folder} first, or name the folder with --from.`,
    );
  }
  const { default: Database } = await import("libsql").catch((cause: unknown) => {
    throw new UsageError(
      "SQLite (the package libsql) is not installed for this platform: --save can't be used.",
      { cause },
    );
  });
  const database = new Database(file);
  chmodSync(file, 0o600);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec(SCHEMA);
  const insert = database.prepare("INSERT INTO deliveries (entry, body, answer) VALUES (?, ?, ?)");
  const change = database.prepare("UPDATE deliveries SET entry = ?, answer = ? WHERE id = ?");
  const one = database.prepare("SELECT * FROM deliveries WHERE id = ?");
  const every = database.prepare("SELECT * FROM deliveries ORDER BY id");
  return {
    add(entry) {
      const { lastInsertRowid } = insert.run(
        jsonOf(entry),
        Buffer.from(entry.body),
        answerOf(entry),
      );
      return { ...entry, id: String(lastInsertRowid) };
    },
    update: (entry) => void change.run(jsonOf(entry), answerOf(entry), Number(entry.id)),
    get(id) {
      const row = /^\d{1,15}$/.test(id) ? (one.get(Number(id)) as Row | undefined) : undefined;
      return row === undefined ? undefined : entryOf(row);
    },
    all: () => (every.all() as Row[]).map(entryOf),
    close: () => database.close(),
  };
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ignore = join(folder, ".gitignore");
  // Deliveries hold what customers did: they don't belong into a repository.
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
}

/** Writes everything but the bytes, which have columns of their own. */
function jsonOf(entry: Omit<Entry, "id">): string {
  return JSON.stringify(entry, (key, value: unknown) => (key === "body" ? undefined : value));
}

function answerOf({ answered }: Omit<Entry, "id">): Buffer | null {
  return answered?.body === undefined ? null : Buffer.from(answered.body);
}

function entryOf({ id, entry, body, answer }: Row): Entry {
  const { answered, ...rest } = JSON.parse(entry) as Omit<Entry, "id" | "body">;
  const withBody: Answered | undefined =
    answered === undefined || answer === null
      ? answered
      : { ...answered, body: new Uint8Array(answer) };
  return {
    ...rest,
    id: String(id),
    body: new Uint8Array(body),
    ...(withBody !== undefined && { answered: withBody }),
  };
}
