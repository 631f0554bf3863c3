import type { Attempt } from "./attempt.ts";
import type { Delivery, DeliveryOutcome, HoldPolicy, KeptDelivery } from "./delivery.ts";
import type { PublishedEvent } from "./event.ts";
import type { RetryPolicy } from "./retry.ts";
import type { Subscription } from "./subscription.ts";

/** The changes that can be made to a subscription. */
export type SubscriptionChange = Partial<
  Pick<
    Subscription,
    | "name"
    | "owner"
    | "url"
    | "provider"
    | "secrets"
    | "eventTypes"
    | "filter"
    | "form"
    | "metadata"
    | "active"
    | "failureCount"
  >
>;

/** Which subscriptions are listed. */
export interface SubscriptionQuery {
  readonly active?: boolean | undefined;
  readonly provider?: string | undefined;
  /** Those of one owner. */
  readonly owner?: string | undefined;
  /** Those with exactly this URL. */
  readonly url?: string | undefined;
  /** Those that name this type, or `*`. */
  readonly eventType?: string | undefined;
  /** Those after this id. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The result of an attempt. */
export interface AttemptReport {
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly type: string;
  readonly outcome: Extract<DeliveryOutcome, "delivered" | "retrying" | "failed" | "gone">;
  readonly attempt: Attempt;
}

/** The changes that are recorded with an attempt. */
export interface RecordOptions {
  /** Kept with the delivery, so that it can be sent again. */
  readonly event: PublishedEvent;
  /** When it is tried again; only where it is `retrying`. */
  readonly nextAttemptAt: Date | undefined;
  /** When failures disable the subscription. */
  readonly policy: Pick<RetryPolicy, "disableAfterFailures" | "failureWindowSeconds">;
}

/**
 * Chooses deliveries to send again: those `held` whose subscription is active by now; those `lost`, which should have been tried again at
 * least that many milliseconds ago; one delivery; or those of a subscription that came to nothing since a time.
 */
export type DeliverySelection =
  | { readonly select: "held"; readonly subscriptionId?: string | undefined }
  | { readonly select: "lost"; readonly overdueMs: number }
  | { readonly select: "one"; readonly subscriptionId: string; readonly eventId: string }
  | {
      readonly select: "since";
      readonly subscriptionId: string;
      readonly since: Date;
      /** The age at which a delivery counts as lost, in milliseconds: see `lost`. */
      readonly overdueMs: number;
    };

/** Keeps others from sending the same deliveries for a while. */
export interface DeliveryLease {
  /** Of whoever sends them; new each time. */
  readonly token: string;
  /** How long nobody else gets them. */
  readonly leaseMs: number;
  readonly limit: number;
}

/** How many events matched no subscription. */
export interface UnmatchedEvents {
  readonly type: string;
  readonly count: number;
  /** When the last one came, ISO 8601. */
  readonly lastAt: string;
}

/** Keeps subscriptions with their recent deliveries. */
export interface SubscriptionStore {
  /** True if all processes that share a queue see the same subscriptions. */
  readonly shared: boolean;
  create(subscription: Subscription): Promise<void>;
  get(id: string): Promise<Subscription | undefined>;
  /**
   * Changes some fields. Setting `active` to true takes `disabledBecause` away, and setting `failureCount` begins a new window of failures.
   * Undefined: there is none.
   */
  update(id: string, change: SubscriptionChange): Promise<Subscription | undefined>;
  /** Also forgets its deliveries. False: there is none. */
  delete(id: string): Promise<boolean>;
  /** In the order of their ids. */
  list(query: SubscriptionQuery): Promise<readonly Subscription[]>;
  /** Those that want an event and are active, or were disabled by failures; for the latter it is held. */
  matching(event: PublishedEvent): Promise<readonly Subscription[]>;
  /**
   * Records an attempt, in one step: appends it to its delivery, counts the failure (or, without a window, forgets those before a delivered
   * one), and disables the subscription where the policy says so or the endpoint is gone. Nothing where there is none.
   *
   * @returns the subscription, if this attempt disabled it
   */
  record(report: AttemptReport, options: RecordOptions): Promise<Subscription | undefined>;
  /**
   * Holds a delivery, in one step with the look at the subscription: whoever enables it finds the delivery, or this answers false. Holding
   * the same delivery again changes nothing.
   *
   * @returns false if the subscription is active
   */
  hold(delivery: KeptDelivery, policy: HoldPolicy): Promise<boolean>;
  /** Ends as `expired` what was held for longer than `maxAgeSeconds`. */
  expireHeld(policy: HoldPolicy): Promise<void>;
  /** Takes deliveries to send again, the oldest first; nobody else gets them while the lease lasts, or after {@link markQueued}. */
  lease(selection: DeliverySelection, lease: DeliveryLease): Promise<readonly KeptDelivery[]>;
  /** Marks what was leased with a token as `retrying`, except what has been tried or held since. */
  markQueued(token: string): Promise<void>;
  /** The most recent first. */
  deliveries(
    subscriptionId: string,
    options: { readonly limit: number; readonly outcome?: DeliveryOutcome | undefined },
  ): Promise<readonly Delivery[]>;
  /** Adds to the count of events that matched no subscription. */
  countUnmatched(type: string, count: number): Promise<void>;
  /** The most recent first. */
  unmatched(options: { readonly limit: number }): Promise<readonly UnmatchedEvents[]>;
}

/** How many deliveries are remembered for each subscription, without those that are held. */
export const DELIVERIES_KEPT = 100;
