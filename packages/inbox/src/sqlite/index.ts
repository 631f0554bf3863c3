export { type SqliteEngine, sqliteEngine, type SqliteEngineOptions } from "./sqlite-engine.ts";
