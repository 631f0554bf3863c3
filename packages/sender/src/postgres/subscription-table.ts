import type { Subscription } from "../subscription.ts";
import type { SubscriptionChange, SubscriptionStore } from "../subscription-store.ts";
import type { PostgresClient } from "./client.ts";
import { subscriptionOf, type SubscriptionRow } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** The columns by field, in the order in which they are written. */
const COLUMN_BY_FIELD = {
  name: "name",
  owner: "owner",
  url: "url",
  provider: "provider",
  secrets: "secrets",
  eventTypes: "event_types",
  filter: "filter",
  form: "form",
  metadata: "metadata",
  active: "active",
  failureCount: "failure_count",
} as const satisfies Record<keyof SubscriptionChange, string>;

const FIELDS = Object.keys(COLUMN_BY_FIELD) as (keyof SubscriptionChange)[];
const COLUMNS = FIELDS.map((field) => COLUMN_BY_FIELD[field]);

/** The subscriptions themselves: see the methods of `SubscriptionStore`. */
export function subscriptionTable(
  client: PostgresClient,
  { subscriptions }: Tables,
): Pick<SubscriptionStore, "create" | "get" | "update" | "delete" | "list" | "matching"> {
  async function select(text: string, values: unknown[]): Promise<Subscription[]> {
    const { rows } = await client.query(text, values);
    return rows.map((row) => subscriptionOf(row as SubscriptionRow));
  }

  return {
    async create(subscription) {
      await client.query(
        `insert into ${subscriptions} (id, created_at, updated_at, ${COLUMNS.join(", ")})
         values ($1, $2, $3, ${FIELDS.map((_, index) => `$${index + 4}`).join(", ")})`,
        [
          subscription.id,
          subscription.createdAt,
          subscription.updatedAt,
          ...FIELDS.map((field) => subscription[field]),
        ],
      );
    },
    async get(id) {
      const [found] = await select(`select * from ${subscriptions} where id = $1`, [id]);
      return found;
    },
    async update(id, change) {
      const changed = FIELDS.filter((field) => change[field] !== undefined);
      const [updated] = await select(
        `update ${subscriptions} set updated_at = clock_timestamp()
           ${changed.map((field, index) => `, ${COLUMN_BY_FIELD[field]} = $${index + 2}`).join("")}
           ${change.active === true ? ", disabled_because = null" : ""}
           ${change.failureCount === undefined ? "" : ", failure_window_ends_at = null"}
         where id = $1 returning *`,
        [id, ...changed.map((field) => change[field])],
      );
      return updated;
    },
    async delete(id) {
      const { rowCount } = await client.query(`delete from ${subscriptions} where id = $1`, [id]);
      return rowCount === 1;
    },
    list: ({ active, provider, owner, url, eventType, after, limit }) =>
      select(
        `select * from ${subscriptions}
         where ($1::boolean is null or active = $1)
           and ($2::text is null or provider = $2)
           and ($3::text is null or owner = $3)
           and ($4::text is null or url = $4)
           and ($5::text is null or event_types && array[$5, '*'])
           and ($6::text is null or id > $6)
         order by id limit $7`,
        [active, provider, owner, url, eventType, after, limit].map((value) => value ?? null),
      ),
    matching: ({ type, subject, owner }) =>
      select(
        `select * from ${subscriptions}
         where (active or disabled_because = 'failures')
           and event_types && array[$1, '*'] and (filter in ('', '*') or filter = $2)
           and ($3::text is null or owner in ('', $3))`,
        [type, subject ?? null, owner ?? null],
      ),
  };
}
