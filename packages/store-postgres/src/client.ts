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

/** A statement with numbered parameters, and the name that a connection keeps it under once it is prepared. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A `Pool` or `Client` of `pg`. */
interface PgQueryable {
  query(query: Statement & { values: unknown[] }): Promise<{ rows: unknown[] }>;
}

/** Runs a statement: the same call for every client. Where `prepare` is true the database parses and plans it once for each connection. */
export async function queryOn(
  client: PostgresClient,
  { name, text }: Statement,
  values: readonly (string | number)[],
  prepare: boolean,
): Promise<unknown[]> {
  if ("unsafe" in client) return client.unsafe(text, [...values] as never[], { prepare });
  const { rows } =
    prepare && isOfPg(client)
      ? await client.query({ name, text, values: [...values] })
      : await client.query(text, [...values]);
  return rows;
}

/** PGlite takes no names, nor do clients of one's own. */
function isOfPg(client: PostgresQueryable | PgQueryable): client is PgQueryable {
  return "totalCount" in client || "escapeIdentifier" in client;
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
