import { DELIVERIES_KEPT, type SubscriptionStore } from "../subscription-store.ts";
import type { PostgresClient } from "./client.ts";
import { deliveryOf, type DeliveryRow, subscriptionOf, type SubscriptionRow } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Records of deliveries: see the methods of `SubscriptionStore`. */
export function postgresDeliveries(
  client: PostgresClient,
  tables: Tables,
): Pick<SubscriptionStore, "record" | "deliveries"> {
  const { deliveries } = tables;
  const success = recordingSuccess(tables);
  const failure = recordingFailure(tables);
  const columns = "event_id, type, outcome, attempts, next_attempt_at, held_since, updated_at";
  return {
    async record(report, { event, nextAttemptAt, policy }) {
      const { subscriptionId, eventId, type, outcome, attempt } = report;
      const { disableAfterFailures, failureWindowSeconds } = policy;
      const values = [
        subscriptionId,
        eventId,
        type,
        outcome,
        JSON.stringify(attempt),
        // As text: jsonb takes no NUL.
        JSON.stringify(event),
        nextAttemptAt ?? null,
        failureWindowSeconds ?? null,
      ];
      if (outcome === "delivered") {
        await client.query(success, values);
        return undefined;
      }
      const { rows } = await client.query(failure, [...values, disableAfterFailures ?? null]);
      const [row] = rows as (SubscriptionRow & { readonly was_active: boolean })[];
      return row?.was_active === true && !row.active ? subscriptionOf(row) : undefined;
    },
    async deliveries(subscriptionId, { limit, outcome }) {
      // Trimming may leave a few more.
      const { rows } = await client.query(
        `select ${columns} from (
           (select ${columns} from ${deliveries} where subscription_id = $1 and outcome <> 'held'
            order by updated_at desc limit ${DELIVERIES_KEPT})
           union all
           select ${columns} from ${deliveries} where subscription_id = $1 and outcome = 'held'
         ) kept
         where $2::text is null or outcome = $2 order by updated_at desc limit $3`,
        [subscriptionId, outcome ?? null, limit],
      );
      return rows.map((row) => deliveryOf(row as DeliveryRow));
    },
  };
}

/** Forgets the oldest deliveries of subscription $1, except those that are held, and event $2. */
export function trimming({ deliveries }: Tables): string {
  // It goes by what the statement saw when it began.
  return `
    delete from ${deliveries} where subscription_id = $1 and event_id = any(${unlocked(
      deliveries,
      `select event_id from ${deliveries} where subscription_id = $1 and outcome <> 'held'
       order by updated_at desc offset ${DELIVERIES_KEPT - 1}`,
    )})`;
}

/**
 * Locks the chosen events of subscription $1, except event $2 and those that others are at: waiting for them could be a deadlock. As arrays,
 * each choice is made once; joined, it would be made for each row.
 */
export function unlocked(deliveries: string, choice: string): string {
  return `array(
      select event_id from ${deliveries}
      where subscription_id = $1 and event_id <> $2 and event_id = any(array(${choice}))
      for update skip locked
    )`;
}

/** Appends the attempt to the delivery of each subscription that `source` has. */
function appending({ deliveries }: Tables, source: string): string {
  return `
    insert into ${deliveries} as d
      (subscription_id, event_id, type, outcome, attempts, event, next_attempt_at, updated_at)
    select id, $2, $3, $4, jsonb_build_array($5::jsonb), $6, $7, clock_timestamp() from ${source}
    on conflict (subscription_id, event_id) do update set
      outcome = excluded.outcome, attempts = d.attempts || excluded.attempts, event = coalesce(d.event, excluded.event),
      next_attempt_at = excluded.next_attempt_at, updated_at = excluded.updated_at,
      held_since = null, lease_token = null, leased_until = null`;
}

/** Locks nothing that deliveries to the same subscription share, unless there were failures. */
function recordingSuccess(tables: Tables): string {
  const { subscriptions } = tables;
  return `
with recorded as (${appending(tables, `${subscriptions} where id = $1`)}
), trimmed as (${trimming(tables)}
)
update ${subscriptions} set failure_count = 0
where id = $1 and failure_count > 0 and $8::float8 is null`;
}

/** Locks the subscription first, so that no failure is counted twice or not at all. */
function recordingFailure(tables: Tables): string {
  const { subscriptions } = tables;
  const isNewWindow =
    "$8::float8 is not null and coalesce(failure_window_ends_at, '-infinity') <= clock_timestamp()";
  return `
with counted as (
  select id, active as was_active,
    case when ${isNewWindow} then 1 else failure_count + 1 end as failures,
    case when ${isNewWindow} then clock_timestamp() + make_interval(secs => $8::float8) else failure_window_ends_at end as window_ends_at
  from ${subscriptions} where id = $1 for no key update
), recorded as (${appending(tables, "counted")}
), trimmed as (${trimming(tables)}
)
update ${subscriptions} s set
  failure_count = failures,
  failure_window_ends_at = window_ends_at,
  active = s.active and $4 <> 'gone' and ($9::integer is null or failures < $9),
  disabled_because = case
    when $4 = 'gone' then 'gone'
    when failures >= $9::integer then 'failures'
    else disabled_because
  end
from counted where s.id = counted.id
returning s.*, was_active`;
}
