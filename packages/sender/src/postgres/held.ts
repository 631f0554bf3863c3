import type { PublishedEvent } from "../event.ts";
import type { DeliverySelection, SubscriptionStore } from "../subscription-store.ts";
import type { PostgresClient } from "./client.ts";
import { trimming, unlocked } from "./deliveries.ts";
import type { Tables } from "./tables.ts";

/** Deliveries kept to be sent again: see the methods of `SubscriptionStore`. */
export function postgresHeld(
  client: PostgresClient,
  tables: Tables,
): Pick<SubscriptionStore, "hold" | "expireHeld" | "lease" | "markQueued"> {
  const { deliveries } = tables;
  const holding = holdingIn(tables);
  const ending = "held_since = null, lease_token = null, leased_until = null";
  return {
    async hold({ subscriptionId, event }, { maxCount }) {
      const values = [subscriptionId, event.id, event.type, JSON.stringify(event), maxCount - 1];
      const { rows } = await client.query(holding, values);
      return rows.length > 0;
    },
    async expireHeld({ maxAgeSeconds }) {
      await client.query(
        `update ${deliveries} set outcome = 'expired', updated_at = clock_timestamp(), ${ending}
         where outcome = 'held' and held_since < clock_timestamp() - make_interval(secs => $1::float8)`,
        [maxAgeSeconds],
      );
    },
    async lease(selection, { token, leaseMs, limit }) {
      const [condition, ...more] = conditionOf(selection);
      // The one that somebody asks for is sent whoever else is at it.
      const isFree = "and (d.leased_until is null or d.leased_until <= clock_timestamp())";
      const [free, locking] = selection.select === "one" ? ["", ""] : [isFree, "skip locked"];
      const { rows } = await client.query(
        `update ${deliveries} d set
           lease_token = $1, leased_until = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
         from (
           select d.subscription_id, d.event_id from ${deliveries} d join ${tables.subscriptions} s on s.id = d.subscription_id
           where (${condition}) and d.event is not null ${free}
           order by coalesce(d.held_since, d.updated_at) limit $3
           for update of d ${locking}
         ) chosen
         where d.subscription_id = chosen.subscription_id and d.event_id = chosen.event_id
         returning d.subscription_id, d.event`,
        [token, leaseMs, limit, ...more],
      );
      return (rows as { subscription_id: string; event: string }[]).map((row) => ({
        subscriptionId: row.subscription_id,
        event: JSON.parse(row.event) as PublishedEvent,
      }));
    },
    async markQueued(token) {
      await client.query(
        `update ${deliveries} set
           outcome = 'retrying', next_attempt_at = clock_timestamp(), updated_at = clock_timestamp(), ${ending}
         where lease_token = $1`,
        [token],
      );
    },
  };
}

/**
 * The look at the subscription locks it: whoever enables it waits until the delivery is held and finds it, or this finds it enabled and
 * returns no row.
 */
function holdingIn(tables: Tables): string {
  const { subscriptions, deliveries } = tables;
  return `
with disabled as (
  select id from ${subscriptions} where id = $1 and not active for share
), dropped as (
  update ${deliveries} set
    outcome = 'dropped', updated_at = clock_timestamp(), held_since = null, lease_token = null, leased_until = null
  where subscription_id = $1 and event_id = any(${unlocked(
    deliveries,
    `select event_id from ${deliveries} where subscription_id = $1 and outcome = 'held' and event_id <> $2
     order by held_since desc offset $5`,
  )})
), trimmed as (${trimming(tables)}
), held as (
  insert into ${deliveries} as d
    (subscription_id, event_id, type, outcome, attempts, event, held_since, updated_at)
  select id, $2, $3, 'held', '[]', $4, clock_timestamp(), clock_timestamp() from disabled
  on conflict (subscription_id, event_id) do update set
    outcome = 'held', held_since = coalesce(d.held_since, excluded.held_since), updated_at = excluded.updated_at,
    event = coalesce(d.event, excluded.event), next_attempt_at = null, lease_token = null, leased_until = null
)
select id from disabled`;
}

/** The condition on delivery `d` and its subscription `s`, with its values from $4 on. */
function conditionOf(selection: DeliverySelection): [string, ...unknown[]] {
  const overdue =
    "d.outcome = 'retrying' and d.next_attempt_at <= clock_timestamp() - make_interval(secs => $4::float8 / 1000)";
  switch (selection.select) {
    case "held":
      return [
        "d.outcome = 'held' and s.active and ($4::text is null or s.id = $4)",
        selection.subscriptionId ?? null,
      ];
    case "lost":
      return [overdue, selection.overdueMs];
    case "one":
      return ["s.id = $4 and d.event_id = $5", selection.subscriptionId, selection.eventId];
    default:
      return [
        `s.id = $5 and d.updated_at >= $6 and (d.outcome in ('failed', 'gone', 'expired', 'dropped') or ${overdue})`,
        selection.overdueMs,
        selection.subscriptionId,
        selection.since,
      ];
  }
}
