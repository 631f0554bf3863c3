import type { PublishedEvent, Subscription, SubscriptionStore } from "@countersign/sender";
import { type Item, isStoreEvent, MAX_COPIES } from "./webhook.ts";

/**
 * Narrows a subscription store to what Para sends: a webhook gets an event if its `typeFilter` and `propertyFilter` match, and as many copies
 * at once as `repeatedDeliveryAttempts` says.
 */
export function withParaFilters(store: SubscriptionStore): SubscriptionStore {
  return {
    ...store,
    async matching(event) {
      const webhooks = await store.matching(event);
      return webhooks
        .filter(({ metadata }) => typeMatches(metadata["typeFilter"] ?? "", event))
        .filter(({ metadata }) => propertyMatches(metadata["propertyFilter"] ?? "", event))
        .flatMap((webhook) => Array.from({ length: copiesOf(webhook) }, () => webhook));
    },
  };
}

/** Para reads a negative number as a positive one, and makes at least one copy and at most a hundred. */
function copiesOf({ metadata }: Subscription): number {
  const copies = Math.abs(Math.trunc(Number(metadata["repeatedDeliveryAttempts"] ?? "1")));
  return Math.min(Math.max(copies || 1, 1), MAX_COPIES);
}

function itemsOf({ body }: PublishedEvent): readonly Item[] {
  return typeof body === "object" && "items" in body ? (body.items as readonly Item[]) : [];
}

/** Ignores case, and looks at the first item. What an application sends of its own has no type to Para. */
function typeMatches(filter: string, event: PublishedEvent): boolean {
  if (filter.trim() === "" || filter === "*") return true;
  const [first] = itemsOf(event);
  return isStoreEvent(event.type) && first?.type?.toLowerCase() === filter.toLowerCase();
}

/** Matches if one item does. */
function propertyMatches(filter: string, event: PublishedEvent): boolean {
  if (filter.trim() === "") return true;
  const colon = filter.indexOf(":");
  if (colon < 0) return false;
  const [name, wanted] = [filter.slice(0, colon), filter.slice(colon + 1)];
  return itemsOf(event).some((item) => Object.hasOwn(item, name) && isWanted(item[name], wanted));
}

/** `a|b` is one of them, `a,b` is both (in a list), and `-` is nothing at all. */
function isWanted(value: unknown, wanted: string): boolean {
  const isEmpty =
    value === undefined ||
    value === null ||
    (typeof value === "string" && value.trim() === "") ||
    (Array.isArray(value) && value.length === 0);
  if (wanted === "-" && isEmpty) return true;
  const values = wanted.split(/[,|]/).filter((part) => part !== "");
  const isAll = wanted.includes(",");
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return isAll
      ? values.every((one) => list.includes(one))
      : values.some((one) => list.includes(one));
  }
  return values.length > 1 && !isAll ? values.some((one) => one === value) : value === wanted;
}
