import type { PublishedEvent } from "./event.ts";

/** An endpoint that wants to be told of events. */
export interface Subscription {
  /** `sub_…`; later ones sort after earlier ones. */
  readonly id: string;
  readonly url: string;
  /** The name of the provider whose scheme deliveries are signed with. */
  readonly provider: string;
  /** The newest first. All of them sign where the provider's layout carries several signatures; else the first does. */
  readonly secrets: readonly string[];
  /** Which events, by their type; `*` is all. */
  readonly eventTypes: readonly string[];
  /** Which events, by their subject; blank or `*` is all. */
  readonly filter: string;
  /** Whether deliveries are forms, for providers that have them. */
  readonly form: boolean;
  /** Whether anything is delivered. */
  readonly active: boolean;
  /** Why it was disabled: too many failures in a row, or the endpoint answered 410 Gone. */
  readonly disabledBecause?: "failures" | "gone";
  /** Failed attempts in a row. */
  readonly failureCount: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** A subscription as it is shown: without its secrets. */
export type ShownSubscription = Omit<Subscription, "secrets">;

/** Whether a subscription wants an event. */
export function wants(
  { active, eventTypes, filter }: Subscription,
  { type, subject }: Pick<PublishedEvent, "type" | "subject">,
): boolean {
  return (
    active &&
    (eventTypes.includes("*") || eventTypes.includes(type)) &&
    (filter === "" || filter === "*" || filter === subject)
  );
}

/** Takes the secrets off. */
export function shown(subscription: Subscription): ShownSubscription {
  // By naming what may be seen, a field that is added later is not seen by accident.
  const { id, url, provider, eventTypes, filter, form, active, disabledBecause } = subscription;
  const { failureCount, createdAt, updatedAt } = subscription;
  return {
    id,
    url,
    provider,
    eventTypes,
    filter,
    form,
    active,
    ...(disabledBecause !== undefined && { disabledBecause }),
    failureCount,
    createdAt,
    updatedAt,
  };
}
