import type { PublishedEvent } from "./event.ts";

/** An endpoint that wants to be told of events. */
export interface Subscription {
  /** `sub_…`; later ones sort after earlier ones. */
  readonly id: string;
  /** For people to tell it from others; may be blank. */
  readonly name: string;
  /** Whose it is; blank is nobody's. */
  readonly owner: string;
  readonly url: string;
  /** The name of the provider whose scheme deliveries are signed with. */
  readonly provider: string;
  /** The newest first. All of them sign where the provider's layout carries several signatures; else the first does. */
  readonly secrets: readonly string[];
  /** Which events, by their type; `*` is all. */
  readonly eventTypes: readonly string[];
  /** Which events, by their subject; blank or `*` is all. */
  readonly filter: string;
  /** True if deliveries are forms, for providers that have them. */
  readonly form: boolean;
  /** Anything of your own to keep with it. */
  readonly metadata: Readonly<Record<string, string>>;
  /** False while the subscription is disabled and nothing is delivered. */
  readonly active: boolean;
  /** Why it was disabled: too many failures, or the endpoint answered 410 Gone. */
  readonly disabledBecause?: "failures" | "gone";
  /** Failed attempts in a row, or in the window that the policy has. */
  readonly failureCount: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** A subscription as it is shown: without its secrets. */
export type ShownSubscription = Omit<Subscription, "secrets">;

/** Says if a subscription wants an event and is active, or was disabled by failures. */
export function wants(
  { active, disabledBecause, owner, eventTypes, filter }: Subscription,
  event: Pick<PublishedEvent, "type" | "subject" | "owner">,
): boolean {
  return (
    (active || disabledBecause === "failures") &&
    (event.owner === undefined || owner === "" || owner === event.owner) &&
    (eventTypes.includes("*") || eventTypes.includes(event.type)) &&
    (filter === "" || filter === "*" || filter === event.subject)
  );
}

/** Takes the secrets off. */
export function shown(subscription: Subscription): ShownSubscription {
  // By naming what may be seen, a field that is added later is not seen by accident.
  const { id, name, owner, url, provider, eventTypes, filter, form, metadata } = subscription;
  const { active, disabledBecause, failureCount, createdAt, updatedAt } = subscription;
  return {
    id,
    name,
    owner,
    url,
    provider,
    eventTypes,
    filter,
    form,
    metadata,
    active,
    ...(disabledBecause !== undefined && { disabledBecause }),
    failureCount,
    createdAt,
    updatedAt,
  };
}
