/** The methods that a PostgreSQL client needs; `Pool` and `Client` of `pg` have them. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}
