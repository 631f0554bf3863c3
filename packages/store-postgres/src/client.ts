import { executeOn, isPglite } from "./pglite.ts";

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

type Values = readonly (string | number)[];

/** A `Pool` or `Client` of `pg`. */
interface PgQueryable {
  query(
    query: Statement & { values: unknown[] },
  ): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

/** Runs a statement: the same call for every client. Where `prepare` is true the database parses and plans it once for each connection. */
export async function queryOn(
  client: PostgresClient,
  { name, text }: Statement,
  values: Values,
  prepare: boolean,
): Promise<unknown[]> {
  if ("unsafe" in client) return client.unsafe(text, [...values] as never[], { prepare });
  if (prepare && isPglite(client)) return executeOn(client, { name, text }, values);
  const { rows } =
    prepare && isOfPg(client)
      ? await client.query({ name, text, values: [...values] })
      : await client.query(text, [...values]);
  return rows;
}

/**
 * Runs a statement that writes and returns no rows, for which `pg` and postgres.js take a tenth longer. Other clients need not say how many
 * records were changed: they are asked for a row for each.
 *
 * @returns how many records were changed
 */
export async function changeOn(
  client: PostgresClient,
  statement: Statement,
  values: Values,
  prepare: boolean,
): Promise<number> {
  if (prepare && isOfPg(client)) {
    const { rowCount } = await client.query({ ...statement, values: [...values] });
    return rowCount ?? 0;
  }
  if (isPostgresJs(client)) {
    const { count } = await client.unsafe(statement.text, [...values] as never[], { prepare });
    return count;
  }
  const returning = { ...statement, text: `${statement.text} RETURNING 1` };
  return (await queryOn(client, returning, values, prepare)).length;
}

/** PGlite takes no names, nor do clients of one's own. */
function isOfPg(client: PostgresClient | PgQueryable): client is PgQueryable {
  return "totalCount" in client || "escapeIdentifier" in client;
}

/** The `sql` of postgres.js itself. What else has `unsafe` need not count. */
function isPostgresJs(client: PostgresClient): client is {
  unsafe(...query: Parameters<PostgresJsSql["unsafe"]>): PromiseLike<unknown[] & { count: number }>;
} {
  return "unsafe" in client && "begin" in client && "PostgresError" in client;
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
