export type { PostgresClient, PostgresJsSql, PostgresQueryable } from "./client.ts";
export { type PostgresStore, postgresStore, type PostgresStoreOptions } from "./postgres-store.ts";
