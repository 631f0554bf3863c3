import type { SubscriptionStore } from "../subscription-store.ts";
import type { PostgresClient } from "./client.ts";
import type { Tables } from "./tables.ts";

/** The counts of events that nobody wanted: see the methods of `SubscriptionStore`. */
export function postgresUnmatched(
  client: PostgresClient,
  { unmatched }: Tables,
): Pick<SubscriptionStore, "countUnmatched" | "unmatched"> {
  return {
    async countUnmatched(type, count) {
      await client.query(
        `insert into ${unmatched} as u (type, count, last_at) values ($1, $2, clock_timestamp())
         on conflict (type) do update set count = u.count + excluded.count, last_at = excluded.last_at`,
        [type, count],
      );
    },
    async unmatched({ limit }) {
      const { rows } = await client.query(
        `select type, count, last_at from ${unmatched} order by last_at desc limit $1`,
        [limit],
      );
      return (rows as { type: string; count: string; last_at: Date | string }[]).map((row) => ({
        type: row.type,
        count: Number(row.count),
        lastAt: new Date(row.last_at).toISOString(),
      }));
    },
  };
}
