/** The tables of one schema, by their qualified names. */
export interface Tables {
  readonly schema: string;
  readonly subscriptions: string;
  readonly deliveries: string;
  readonly unmatched: string;
}

/** "counters" in ASCII: one lock for whoever creates such tables. */
const MIGRATION_LOCK = "7165916604736730739";

/** Names the tables of a schema. */
export function tablesIn(schema: string): Tables {
  return {
    schema,
    subscriptions: `${schema}.subscriptions`,
    deliveries: `${schema}.deliveries`,
    unmatched: `${schema}.unmatched_events`,
  };
}

/** Writes the statements that create the tables, and add what earlier versions of them lack. */
export function creationOf({ schema, subscriptions, deliveries, unmatched }: Tables): string {
  // The lock lasts as long as the statements, which are one transaction: two that create the same schema at once would fail.
  return `
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
alter table ${subscriptions}
  add column if not exists name text not null default '',
  add column if not exists owner text not null default '',
  add column if not exists metadata jsonb not null default '{}',
  add column if not exists failure_window_ends_at timestamptz;
create index if not exists subscriptions_wanting on ${subscriptions} using gin (event_types)
  where active or disabled_because = 'failures';
create index if not exists subscriptions_owner on ${subscriptions} (owner, id);
create table if not exists ${deliveries} (
  subscription_id text collate "C" not null references ${subscriptions} on delete cascade,
  event_id text not null,
  type text not null,
  outcome text not null,
  attempts jsonb not null,
  updated_at timestamptz not null,
  primary key (subscription_id, event_id)
);
alter table ${deliveries}
  add column if not exists event text,
  add column if not exists next_attempt_at timestamptz,
  add column if not exists held_since timestamptz,
  add column if not exists lease_token text,
  add column if not exists leased_until timestamptz;
drop index if exists ${schema}.deliveries_recent;
create index if not exists deliveries_not_held on ${deliveries} (subscription_id, updated_at desc) where outcome <> 'held';
create index if not exists deliveries_held on ${deliveries} (subscription_id, held_since) where outcome = 'held';
create index if not exists deliveries_retrying on ${deliveries} (next_attempt_at) where outcome = 'retrying';
create index if not exists deliveries_leased on ${deliveries} (lease_token) where lease_token is not null;
create table if not exists ${unmatched} (
  type text primary key,
  count bigint not null,
  last_at timestamptz not null
);
`;
}
