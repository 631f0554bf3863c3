export type { Attempt, AttemptError } from "./attempt.ts";
export type {
  Delivery,
  DeliveryOutcome,
  DeliveryTotals,
  HoldPolicy,
  KeptDelivery,
} from "./delivery.ts";
export type { NewEvent, PublishedEvent } from "./event.ts";
export { isPublicAddress } from "./guard.ts";
export { type MemoryQueue, memoryQueue, type MemoryQueueOptions } from "./memory-queue.ts";
export { memorySubscriptions, type MemorySubscriptionsOptions } from "./memory-subscriptions.ts";
export type { PostgresClient } from "./postgres/client.ts";
export {
  type PostgresSubscriptions,
  postgresSubscriptions,
  type PostgresSubscriptionsOptions,
} from "./postgres/postgres-subscriptions.ts";
export {
  createPublisher,
  type NewSubscription,
  type Publisher,
  type Redelivery,
} from "./publisher.ts";
export type { PublisherOptions } from "./publisher-settings.ts";
export type { Job, Queue, QueueConsumer } from "./queue.ts";
export { retryPolicies, type RetryPolicy, type Statuses } from "./retry.ts";
export { newSecret } from "./secret.ts";
export {
  createSender,
  type DeliveryRecord,
  type Sender,
  type SenderOptions,
  type SendRequest,
} from "./sender.ts";
export type { ShownSubscription, Subscription } from "./subscription.ts";
export {
  InvalidSubscription,
  type InputIssue,
  type SubscriptionInput,
} from "./subscription-input.ts";
export type {
  AttemptReport,
  DeliveryLease,
  DeliverySelection,
  RecordOptions,
  SubscriptionChange,
  SubscriptionQuery,
  SubscriptionStore,
  UnmatchedEvents,
} from "./subscription-store.ts";
export { subscriptionsApi, type SubscriptionsApiOptions } from "./api/subscriptions-api.ts";
