/** What is needed of a PostgreSQL client: `pg`'s `Pool` and `Client` have it. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}
