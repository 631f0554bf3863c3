export { type PgBossEngine, pgBossEngine, type PgBossEngineOptions } from "./pg-boss-engine.ts";
export type { PgBossLike, PgClient, PgPool } from "./clients.ts";
