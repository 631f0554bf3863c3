export { type SqliteStore, sqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
export type { SqliteDatabase, SqliteStatement } from "./database.ts";
