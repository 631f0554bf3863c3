export type { Attempt, AttemptError } from "./attempt.ts";
export type { NewEvent, PublishedEvent } from "./event.ts";
export { isPublicAddress } from "./guard.ts";
export { type MemoryQueue, memoryQueue, type MemoryQueueOptions } from "./memory-queue.ts";
export { memorySubscriptions } from "./memory-subscriptions.ts";
export {
  type PostgresClient,
  type PostgresSubscriptions,
  postgresSubscriptions,
  type PostgresSubscriptionsOptions,
} from "./postgres-subscriptions.ts";
export {
  createPublisher,
  type NewSubscription,
  type Publisher,
  type PublisherOptions,
} from "./publisher.ts";
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
  Delivery,
  SubscriptionChange,
  SubscriptionQuery,
  SubscriptionStore,
} from "./subscription-store.ts";
export { subscriptionsApi, type SubscriptionsApiOptions } from "./subscriptions-api.ts";
