import { configError } from "./config-error.ts";
import type { Subscription } from "./subscription.ts";
import {
  DELIVERIES_KEPT,
  type Delivery,
  type SubscriptionChange,
  type SubscriptionStore,
} from "./subscription-store.ts";

/** What is needed of a PostgreSQL client: `pg`'s `Pool` and `Client` have it. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

/** Options of {@link postgresSubscriptions}. */
export interface PostgresSubscriptionsOptions {
  /** Your own `pg` Pool or Client. Listen to its `error` event: a database that restarts ends the process otherwise. */
  readonly client: PostgresClient;
  /** The schema that the tables are in; a plain lower-case name. Default `countersign`. */
  readonly schema?: string | undefined;
}

/** A {@link SubscriptionStore} in PostgreSQL. */
export interface PostgresSubscriptions extends SubscriptionStore {
  /** Creates schema and tables where they are missing. Run it once, or give {@link sql} to your own migrations. */
  createTables(): Promise<void>;
  /** The statements of {@link createTables}. */
  readonly sql: string;
}

/** The columns by field, in the order in which they are written. */
const COLUMN_BY_FIELD = {
  url: "url",
  provider: "provider",
  secrets: "secrets",
  eventTypes: "event_types",
  filter: "filter",
  form: "form",
  active: "active",
  failureCount: "failure_count",
} as const satisfies Record<keyof SubscriptionChange, string>;

/** "counters" in ASCII: one lock for whoever creates such tables. */
const MIGRATION_LOCK = "7165916604736730739";

const FIELDS = Object.keys(COLUMN_BY_FIELD) as (keyof SubscriptionChange)[];

/**
 * Keeps subscriptions in PostgreSQL, for any number of processes. Secrets are kept as they are, since they must sign: who can read the
 * table can sign in your name.
 *
 * @throws `config_invalid` where `client` is none, or the schema is no plain name
 * @example
 * ```ts
 * const subscriptions = postgresSubscriptions({ client: new Pool({ connectionString: process.env.DATABASE_URL }) });
 * await subscriptions.createTables();
 * ```
 */
export function postgresSubscriptions(
  options: PostgresSubscriptionsOptions,
): PostgresSubscriptions {
  const { client, schema = "countersign" } = options ?? ({} as PostgresSubscriptionsOptions);
  if (typeof client?.query !== "function") {
    throw configError(
      "postgresSubscriptions: client has no query(). Pass a Pool or Client of pg: postgresSubscriptions({ client: pool }).",
    );
  }
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw configError(`schema is ${JSON.stringify(schema)}; it must be a plain lower-case name.`);
  }
  const subscriptions = `${schema}.subscriptions`;
  const deliveries = `${schema}.deliveries`;
  // The lock lasts as long as the statements, which are one transaction: two that create the same schema at once would fail.
  const sql = `
select pg_advisory_xact_lock(${MIGRATION_LOCK});
create schema if not exists ${schema};
create table if not exists ${subscriptions} (
  id text collate "C" primary key,
  url text not null,
  provider text not null,
  secrets text[] not null,
  event_types text[] not null,
  filter text not null,
  form boolean not null,
  active boolean not null,
  disabled_because text,
  failure_count integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index if not exists subscriptions_event_types on ${subscriptions} using gin (event_types) where active;
create table if not exists ${deliveries} (
  subscription_id text collate "C" not null references ${subscriptions} on delete cascade,
  event_id text not null,
  type text not null,
  outcome text not null,
  attempts jsonb not null,
  updated_at timestamptz not null,
  primary key (subscription_id, event_id)
);
create index if not exists deliveries_recent on ${deliveries} (subscription_id, updated_at desc);
`;

  async function select(text: string, values: unknown[]): Promise<Subscription[]> {
    const { rows } = await client.query(text, values);
    return rows.map((row) => subscriptionOf(row as SubscriptionRow));
  }

  return {
    sql,
    async createTables() {
      await client.query(sql);
    },
    async create(subscription) {
      await client.query(
        `insert into ${subscriptions} (id, created_at, updated_at, ${FIELDS.map((field) => COLUMN_BY_FIELD[field]).join(", ")})
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
         where id = $1 returning *`,
        [id, ...changed.map((field) => change[field])],
      );
      return updated;
    },
    async delete(id) {
      const { rowCount } = await client.query(`delete from ${subscriptions} where id = $1`, [id]);
      return rowCount === 1;
    },
    list: ({ active, provider, eventType, after, limit }) =>
      select(
        `select * from ${subscriptions}
         where ($1::boolean is null or active = $1)
           and ($2::text is null or provider = $2)
           and ($3::text is null or event_types && array[$3, '*'])
           and ($4::text is null or id > $4)
         order by id limit $5`,
        [active ?? null, provider ?? null, eventType ?? null, after ?? null, limit],
      ),
    matching: ({ type, subject }) =>
      select(
        `select * from ${subscriptions}
         where active and event_types && array[$1, '*'] and (filter in ('', '*') or filter = $2)`,
        [type, subject ?? null],
      ),
    async record({ subscriptionId, eventId, type, outcome, attempt }, { disableAfterFailures }) {
      await client.query(
        `with recorded as (
           insert into ${deliveries} as d (subscription_id, event_id, type, outcome, attempts, updated_at)
           select id, $2, $3, $4, jsonb_build_array($5::jsonb), clock_timestamp()
           from ${subscriptions} where id = $1
           on conflict (subscription_id, event_id) do update
             set outcome = excluded.outcome, attempts = d.attempts || excluded.attempts, updated_at = excluded.updated_at
         ), trimmed as (
           delete from ${deliveries} where subscription_id = $1 and event_id in (
             select event_id from ${deliveries} where subscription_id = $1
             order by updated_at desc offset ${DELIVERIES_KEPT - 1}
           ) and event_id <> $2
         )
         update ${subscriptions} set
           failure_count = case when $4 = 'delivered' then 0 else failure_count + 1 end,
           active = active and $4 <> 'gone' and ($4 = 'delivered' or $6::integer is null or failure_count + 1 < $6),
           disabled_because = case
             when $4 = 'gone' then 'gone'
             when $4 <> 'delivered' and failure_count + 1 >= $6 then 'failures'
             else disabled_because
           end
         where id = $1 and ($4 <> 'delivered' or failure_count > 0)`,
        [
          subscriptionId,
          eventId,
          type,
          outcome,
          JSON.stringify(attempt),
          disableAfterFailures ?? null,
        ],
      );
    },
    async deliveries(subscriptionId, { limit }) {
      const { rows } = await client.query(
        `select event_id, type, outcome, attempts, updated_at from ${deliveries}
         where subscription_id = $1 order by updated_at desc limit $2`,
        // Trimming goes by what each statement saw when it began, and may leave a few more.
        [subscriptionId, Math.min(limit, DELIVERIES_KEPT)],
      );
      return rows.map((row) => deliveryOf(row as DeliveryRow));
    },
  };
}

interface SubscriptionRow {
  readonly id: string;
  readonly url: string;
  readonly provider: string;
  readonly secrets: string[];
  readonly event_types: string[];
  readonly filter: string;
  readonly form: boolean;
  readonly active: boolean;
  readonly disabled_because: "failures" | "gone" | null;
  readonly failure_count: number;
  readonly created_at: Date | string;
  readonly updated_at: Date | string;
}

interface DeliveryRow {
  readonly event_id: string;
  readonly type: string;
  readonly outcome: Delivery["outcome"];
  readonly attempts: Delivery["attempts"];
  readonly updated_at: Date | string;
}

function subscriptionOf(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    url: row.url,
    provider: row.provider,
    secrets: row.secrets,
    eventTypes: row.event_types,
    filter: row.filter,
    form: row.form,
    active: row.active,
    ...(row.disabled_because !== null && { disabledBecause: row.disabled_because }),
    failureCount: row.failure_count,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    eventId: row.event_id,
    type: row.type,
    outcome: row.outcome,
    attempts: row.attempts,
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
