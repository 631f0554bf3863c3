import type { Delivery, KeptDelivery } from "./delivery.ts";
import { memoryDeliveries } from "./memory-deliveries.ts";
import { type Subscription, wants } from "./subscription.ts";
import type {
  AttemptReport,
  RecordOptions,
  SubscriptionQuery,
  SubscriptionStore,
  UnmatchedEvents,
} from "./subscription-store.ts";

/** Options of {@link memorySubscriptions}. */
export interface MemorySubscriptionsOptions {
  /**
   * Says that every process which shares the queue has the same subscriptions, because each adds the same ones when it starts or there is only
   * one process. Default false: a publisher refuses it behind a queue that others share.
   */
  readonly shared?: boolean | undefined;
}

/** Keeps subscriptions in this process's memory, until it ends: for tests and examples. */
export function memorySubscriptions({
  shared = false,
}: MemorySubscriptionsOptions = {}): SubscriptionStore {
  const subscriptions = new Map<string, Subscription>();
  /** When a subscription's window of failures ends, in milliseconds since 1970. */
  const windowEnds = new Map<string, number>();
  const deliveries = memoryDeliveries((id) => subscriptions.get(id)?.active === true);
  const unmatched = new Map<string, UnmatchedEvents>();

  return {
    shared,
    async create(subscription) {
      subscriptions.set(subscription.id, structuredClone(subscription));
    },
    get: async (id) => subscriptions.get(id),
    async update(id, change) {
      const before = subscriptions.get(id);
      if (before === undefined) return undefined;
      const { disabledBecause, ...rest } = before;
      const updatedAt = new Date().toISOString();
      const kept = change.active !== true && disabledBecause !== undefined;
      const after = {
        ...rest,
        ...(kept && { disabledBecause }),
        ...structuredClone(change),
        updatedAt,
      };
      subscriptions.set(id, after);
      if (change.failureCount !== undefined) windowEnds.delete(id);
      return after;
    },
    async delete(id) {
      deliveries.forget(id);
      windowEnds.delete(id);
      return subscriptions.delete(id);
    },
    list: async (query) =>
      [...subscriptions.values()]
        .filter((one) => isListed(one, query))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, query.limit),
    matching: async (event) => [...subscriptions.values()].filter((one) => wants(one, event)),
    async record(report, options) {
      const before = subscriptions.get(report.subscriptionId);
      if (before === undefined) return undefined;
      deliveries.record(report, options);
      const after = counted(before, report, options, windowEnds);
      subscriptions.set(after.id, after);
      return before.active && !after.active ? after : undefined;
    },
    hold: async (delivery, policy) => {
      const { active } = subscriptions.get(delivery.subscriptionId) ?? {};
      if (active === false) deliveries.hold(delivery, policy);
      return active === false;
    },
    expireHeld: async (policy) => deliveries.expireHeld(policy),
    lease: async (selection, lease): Promise<readonly KeptDelivery[]> =>
      deliveries.lease(selection, lease),
    markQueued: async (token) => deliveries.markQueued(token),
    deliveries: async (id, options): Promise<readonly Delivery[]> => deliveries.list(id, options),
    async countUnmatched(type, count) {
      const before = unmatched.get(type)?.count ?? 0;
      unmatched.delete(type);
      unmatched.set(type, { type, count: before + count, lastAt: new Date().toISOString() });
    },
    unmatched: async ({ limit }) => [...unmatched.values()].toReversed().slice(0, limit),
  };
}

function isListed(one: Subscription, query: SubscriptionQuery): boolean {
  const { active, provider, owner, url, eventType, after } = query;
  return (
    (active === undefined || one.active === active) &&
    (provider === undefined || one.provider === provider) &&
    (owner === undefined || one.owner === owner) &&
    (url === undefined || one.url === url) &&
    (eventType === undefined ||
      one.eventTypes.includes(eventType) ||
      one.eventTypes.includes("*")) &&
    (after === undefined || one.id > after)
  );
}

/** Counts an attempt, and disables the subscription where it was one failure too many. */
function counted(
  before: Subscription,
  { outcome }: AttemptReport,
  { policy: { disableAfterFailures, failureWindowSeconds } }: RecordOptions,
  windowEnds: Map<string, number>,
): Subscription {
  const inWindows = failureWindowSeconds !== undefined;
  if (outcome === "delivered") return inWindows ? before : { ...before, failureCount: 0 };
  let { failureCount } = before;
  if (inWindows && (windowEnds.get(before.id) ?? 0) <= Date.now()) {
    failureCount = 0;
    windowEnds.set(before.id, Date.now() + failureWindowSeconds * 1000);
  }
  failureCount++;
  const disabledBecause =
    outcome === "gone"
      ? "gone"
      : failureCount >= (disableAfterFailures ?? Number.POSITIVE_INFINITY)
        ? "failures"
        : undefined;
  return {
    ...before,
    failureCount,
    ...(disabledBecause !== undefined && { active: false, disabledBecause }),
  };
}
