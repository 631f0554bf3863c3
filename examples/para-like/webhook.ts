import type { ShownSubscription, SubscriptionInput } from "@countersign/sender";

/** The six events of the store itself; applications add events of their own. */
const EVENTS = ["create", "update", "delete", "createAll", "updateAll", "deleteAll"] as const;
export type StoreEvent = (typeof EVENTS)[number];

/** How many copies of a delivery Para makes at the most. */
export const MAX_COPIES = 100;

/** What an event is about. */
export interface Item {
  readonly type?: string;
  readonly [field: string]: unknown;
}

/** A webhook as Para shows it. */
export type Webhook = Partial<Record<StoreEvent, boolean>> & {
  readonly targetUrl?: string;
  readonly secret?: string;
  readonly typeFilter?: string;
  readonly propertyFilter?: string;
  /** Whether deliveries are forms. Default false. */
  readonly urlEncoded?: boolean;
  readonly active?: boolean;
  readonly tooManyFailures?: boolean;
  /** The application's own events. */
  readonly customEvents?: readonly string[];
  /** How many copies of each delivery are sent at once. Default 1. */
  readonly repeatedDeliveryAttempts?: number;
};

/** A request for an event of the application's own, posted to where webhooks are made. */
export interface Trigger extends Webhook {
  readonly triggeredEvent?: string;
  readonly customPayload?: Item | readonly Item[];
}

/** Says if an event is one of the store's six. */
export function isStoreEvent(type: string): type is StoreEvent {
  return (EVENTS as readonly string[]).includes(type);
}

/**
 * Reads a webhook as a subscription.
 *
 * @param secretKey the app's own secret, for which `{{secretKey}}` stands
 */
export function inputOf(webhook: Webhook, secretKey: string): SubscriptionInput {
  const { targetUrl = "", typeFilter = "", propertyFilter = "", secret, active } = webhook;
  return {
    url: targetUrl,
    eventTypes: [...EVENTS.filter((event) => webhook[event]), ...(webhook.customEvents ?? [])],
    form: webhook.urlEncoded ?? false,
    metadata: {
      typeFilter,
      propertyFilter,
      repeatedDeliveryAttempts: String(webhook.repeatedDeliveryAttempts ?? 1),
    },
    ...(active !== undefined && { active }),
    ...(secret !== undefined && { secret: secret === "{{secretKey}}" ? secretKey : secret }),
  };
}

/** Writes a subscription as a webhook. */
export function webhookOf(subscription: ShownSubscription): Webhook & { readonly id: string } {
  const { id, url, eventTypes, form, active, disabledBecause, metadata } = subscription;
  return {
    id,
    targetUrl: url,
    typeFilter: metadata["typeFilter"] ?? "",
    propertyFilter: metadata["propertyFilter"] ?? "",
    urlEncoded: form,
    active,
    tooManyFailures: disabledBecause === "failures",
    ...Object.fromEntries(EVENTS.map((event) => [event, eventTypes.includes(event)])),
    customEvents: eventTypes.filter((event) => !isStoreEvent(event)),
    repeatedDeliveryAttempts: Number(metadata["repeatedDeliveryAttempts"] ?? 1),
  };
}
