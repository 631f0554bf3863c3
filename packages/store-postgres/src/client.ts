/** The methods that are used of a `Pool` or `Client` of `pg`, of PGlite, or of anything else that runs a query with numbered parameters. */
export interface PostgresQueryable {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
  /** Of a single `Client` of `pg` (8.18 and later): "T" and "E" where a transaction is open on it. */
  getTransactionStatus?(): string | null;
}

/** The methods that are used of the `sql` of postgres.js, and of the one that `sql.begin` passes. */
export interface PostgresJsSql {
  unsafe(text: string, values: never[], options: { prepare: boolean }): PromiseLike<unknown[]>;
}

/** A client of `pg`, postgres.js or PGlite. */
export type PostgresClient = PostgresQueryable | PostgresJsSql;

/** The same call for every client. */
export async function queryOn(
  client: PostgresClient,
  text: string,
  values: readonly (string | number)[],
): Promise<unknown[]> {
  if ("unsafe" in client) {
    // Unprepared, it would ask for the parameters' types first: a round trip more each time.
    return client.unsafe(text, [...values] as never[], { prepare: true });
  }
  return (await client.query(text, [...values])).rows;
}

/** Tells whether a value is one of these clients. */
export function isPostgresClient(value: unknown): value is PostgresClient {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const { query, unsafe } = value as { query?: unknown; unsafe?: unknown };
  return typeof query === "function" || typeof unsafe === "function";
}

/** Tells whether this is a single connection with an open transaction, if its client can tell. */
export function hasOpenTransaction(client: PostgresClient): boolean {
  if (!("getTransactionStatus" in client)) return false;
  const status = client.getTransactionStatus?.();
  return status === "T" || status === "E";
}
