import type { Attempt } from "./attempt.ts";
import type { PublishedEvent } from "./event.ts";
import type { Subscription } from "./subscription.ts";

/** What can be changed about a subscription. */
export type SubscriptionChange = Partial<
  Pick<
    Subscription,
    "url" | "provider" | "secrets" | "eventTypes" | "filter" | "form" | "active" | "failureCount"
  >
>;

/** Which subscriptions are listed. */
export interface SubscriptionQuery {
  readonly active?: boolean | undefined;
  readonly provider?: string | undefined;
  /** Those that name this type, or `*`. */
  readonly eventType?: string | undefined;
  /** Those after this id. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** One event to one subscription. */
export interface Delivery {
  readonly eventId: string;
  readonly type: string;
  /** `retrying`: it will be tried again, if the subscription is active then. `gone`: the endpoint wants no more. */
  readonly outcome: "delivered" | "retrying" | "failed" | "gone";
  readonly attempts: readonly Attempt[];
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** What an attempt came to. */
export interface AttemptReport {
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly type: string;
  readonly outcome: Delivery["outcome"];
  readonly attempt: Attempt;
}

/** Where subscriptions are kept, with their recent deliveries. */
export interface SubscriptionStore {
  create(subscription: Subscription): Promise<void>;
  get(id: string): Promise<Subscription | undefined>;
  /** Changes some fields. Setting `active` to true takes `disabledBecause` away. Undefined: there is none. */
  update(id: string, change: SubscriptionChange): Promise<Subscription | undefined>;
  /** Also forgets its deliveries. False: there is none. */
  delete(id: string): Promise<boolean>;
  /** In the order of their ids. */
  list(query: SubscriptionQuery): Promise<readonly Subscription[]>;
  /** The active ones that want an event. */
  matching(event: Pick<PublishedEvent, "type" | "subject">): Promise<readonly Subscription[]>;
  /**
   * Records an attempt, in one step: appends it to its delivery, counts failures in a row (a delivered one sets them to 0), and
   * disables the subscription where they reach `disableAfterFailures` or the endpoint is gone. Nothing where there is none.
   */
  record(
    report: AttemptReport,
    options: { readonly disableAfterFailures: number | undefined },
  ): Promise<void>;
  /** The most recent first. */
  deliveries(
    subscriptionId: string,
    options: { readonly limit: number },
  ): Promise<readonly Delivery[]>;
}

/** How many deliveries are remembered for each subscription. */
export const DELIVERIES_KEPT = 100;
