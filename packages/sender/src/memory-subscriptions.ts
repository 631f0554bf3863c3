import type { Subscription } from "./subscription.ts";
import { wants } from "./subscription.ts";
import { DELIVERIES_KEPT, type Delivery, type SubscriptionStore } from "./subscription-store.ts";

/** Keeps subscriptions in this process's memory, until it ends: for tests and examples. */
export function memorySubscriptions(): SubscriptionStore {
  const subscriptions = new Map<string, Subscription>();
  /** By subscription, then by event; the most recent last. */
  const deliveries = new Map<string, Map<string, Delivery>>();

  function put(subscription: Subscription): Subscription {
    subscriptions.set(subscription.id, subscription);
    return subscription;
  }

  return {
    async create(subscription) {
      put(structuredClone(subscription));
    },
    get: async (id) => subscriptions.get(id),
    async update(id, change) {
      const before = subscriptions.get(id);
      if (before === undefined) return undefined;
      const { disabledBecause, ...rest } = before;
      const updatedAt = new Date().toISOString();
      const kept = change.active !== true && disabledBecause !== undefined;
      return put({
        ...rest,
        ...(kept && { disabledBecause }),
        ...structuredClone(change),
        updatedAt,
      });
    },
    async delete(id) {
      deliveries.delete(id);
      return subscriptions.delete(id);
    },
    async list({ active, provider, eventType, after, limit }) {
      return [...subscriptions.values()]
        .filter(
          (one) =>
            (active === undefined || one.active === active) &&
            (provider === undefined || one.provider === provider) &&
            (eventType === undefined ||
              one.eventTypes.includes(eventType) ||
              one.eventTypes.includes("*")) &&
            (after === undefined || one.id > after),
        )
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit);
    },
    matching: async (event) => [...subscriptions.values()].filter((one) => wants(one, event)),
    async record({ subscriptionId, eventId, type, outcome, attempt }, { disableAfterFailures }) {
      const subscription = subscriptions.get(subscriptionId);
      if (subscription === undefined) return;
      let own = deliveries.get(subscriptionId);
      if (own === undefined) deliveries.set(subscriptionId, (own = new Map<string, Delivery>()));
      const attempts = [...(own.get(eventId)?.attempts ?? []), attempt];
      own.delete(eventId);
      own.set(eventId, { eventId, type, outcome, attempts, updatedAt: new Date().toISOString() });
      if (own.size > DELIVERIES_KEPT) {
        for (const oldest of own.keys()) {
          own.delete(oldest);
          break;
        }
      }
      if (outcome === "delivered") {
        if (subscription.failureCount > 0) put({ ...subscription, failureCount: 0 });
        return;
      }
      const failureCount = subscription.failureCount + 1;
      const disabledBecause =
        outcome === "gone"
          ? "gone"
          : failureCount >= (disableAfterFailures ?? Number.POSITIVE_INFINITY)
            ? "failures"
            : undefined;
      put({
        ...subscription,
        failureCount,
        ...(disabledBecause !== undefined && { active: false, disabledBecause }),
      });
    },
    deliveries: async (id, { limit }) =>
      [...(deliveries.get(id)?.values() ?? [])].toReversed().slice(0, limit),
  };
}
