import type { Attempt } from "./attempt.ts";
import { configError } from "./config-error.ts";
import type { NewEvent, PublishedEvent } from "./event.ts";
import { publishedEvent } from "./published-event.ts";
import { type PublisherOptions, publisherSettings } from "./publisher-settings.ts";
import type { QueueConsumer } from "./queue.ts";
import { resend } from "./resend.ts";
import { subscribing } from "./subscribing.ts";
import type { ShownSubscription } from "./subscription.ts";
import type { SubscriptionInput } from "./subscription-input.ts";
import type { SubscriptionStore } from "./subscription-store.ts";
import { testEventFor } from "./test-event.ts";
import { createUpkeep, LOST_AFTER_MS } from "./upkeep.ts";
import { createWorker } from "./worker.ts";

/** A subscription that was just made. */
export interface NewSubscription {
  readonly subscription: ShownSubscription;
  /** The secret that was generated; it can't be read again. Undefined where it was given. */
  readonly secret: string | undefined;
}

/** Chooses what to send again: one delivery, or all that came to nothing since a time. */
export type Redelivery = { readonly eventId: string } | { readonly since: Date };

/** Tells subscribers of events; made by {@link createPublisher}. */
export interface Publisher {
  readonly subscriptions: SubscriptionStore;
  /**
   * Adds an event to the queue and returns; workers find out who wants it, and deliver. When it resolves, the event is as safe as the
   * queue can make it; when it rejects, publish it again with the same id.
   * @throws `config_invalid` where the event can't be: its id or type is no text of 1 to 256 characters, its body is bytes, its time is none
   */
  publish(event: NewEvent): Promise<PublishedEvent>;
  /** Starts this process's workers. A process that only publishes needs none. */
  start(): Promise<void>;
  /** Takes no more from the queue, and resolves when what is under way has ended. */
  stop(): Promise<void>;
  /**
   * Adds a subscription, with a new secret where none is given.
   * @throws `InvalidSubscription`
   */
  subscribe(input: SubscriptionInput): Promise<NewSubscription>;
  /**
   * Changes a subscription. Setting `active` to true does what {@link enable} does. Undefined: there is none.
   * @throws `InvalidSubscription`
   */
  update(id: string, change: Partial<SubscriptionInput>): Promise<ShownSubscription | undefined>;
  /** Enables a subscription again, with no failures counted, and sends what was held for it. Undefined: there is none. */
  enable(id: string): Promise<ShownSubscription | undefined>;
  /**
   * Sends deliveries again, with all the attempts that the policy has: one that is remembered, whatever came of it; or all those that ended as
   * `failed`, `gone`, `expired` or `dropped` since a time, and those whose next attempt is more than five minutes late. While the subscription
   * is disabled they are held.
   *
   * @returns how many were added to the queue
   * @throws `config_invalid` where `since` is no date
   * @example
   * ```ts
   * const { subscription } = await publisher.subscribe({ url });
   * await publisher.redeliver(subscription.id, { since: new Date("2026-02-01T14:00:00Z") });
   * ```
   */
  redeliver(id: string, which: Redelivery): Promise<number>;
  /**
   * Sends a test event at once, whatever the subscription wants, and records nothing. Undefined: there is none.
   *
   * @param event its type and body. Default: a sample of what the subscription's provider sends, of a type that it wants if there is one
   */
  sendTest(id: string, event?: Partial<NewEvent>): Promise<Attempt | undefined>;
}

/**
 * Makes a publisher: subscriptions, a queue, and workers that deliver.
 *
 * Delivery is at least once: an event that was queued is delivered although a worker dies, and may then come twice. Receivers know it
 * again by its id. What comes due while a subscription is disabled is held, and sent when it is enabled again.
 *
 * @throws `config_invalid` where an option can't work, such as subscriptions in memory behind a queue that other processes share
 * @example
 * ```ts
 * const publisher = createPublisher({
 *   sender: createSender({ retry: retryPolicies.standardWebhooks }),
 *   subscriptions: postgresSubscriptions({ client: pool }),
 *   queue: rabbitmqQueue({ url: process.env.AMQP_URL ?? "amqp://localhost" }),
 * });
 * await publisher.start();
 * const { secret } = await publisher.subscribe({ url: "https://example.com/hooks", eventTypes: ["photo.liked"] });
 * await publisher.publish({ type: "photo.liked", body: { data: { photo: "123" } } });
 * ```
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const settings = publisherSettings(options);
  const { subscriptions, queue, providers, concurrency, tell, onError } = settings;
  const upkeep = createUpkeep(settings);
  const worker = createWorker(settings, (event) => {
    upkeep.countUnmatched(event.type);
    tell("onUnmatched", event);
  });
  let consumer: Promise<QueueConsumer> | undefined;
  let stopping: Promise<void> = Promise.resolve();

  /** Deliveries that can't be sent now are sent by the upkeep of a process with workers. */
  async function released(subscriptionId: string): Promise<void> {
    await resend(settings, { select: "held", subscriptionId }).catch(onError);
  }

  return {
    subscriptions,
    async publish(event) {
      const published = publishedEvent(event);
      await queue.enqueue({ event: published });
      return published;
    },
    async start() {
      const starting = (consumer ??= queue.consume((job) => worker.run(job), { concurrency }));
      try {
        await starting;
        if (consumer === starting) upkeep.start();
      } catch (error) {
        // It can be tried again.
        if (consumer === starting) consumer = undefined;
        throw error;
      }
    },
    async stop() {
      const ending = consumer;
      consumer = undefined;
      // Whoever stops it a second time waits as well.
      if (ending !== undefined) {
        stopping = ending
          .then(
            (running) => running.stop(),
            // It never started, as start() has told.
            () => {},
          )
          .then(() => upkeep.stop());
      }
      await stopping;
    },
    ...subscribing(settings, released),
    async redeliver(subscriptionId, which) {
      if ("eventId" in which) {
        return resend(settings, { select: "one", subscriptionId, eventId: which.eventId });
      }
      const { since } = which;
      if (!(since instanceof Date) || Number.isNaN(since.getTime())) {
        throw configError("redeliver: since is not a valid Date.");
      }
      return resend(settings, { select: "since", subscriptionId, since, overdueMs: LOST_AFTER_MS });
    },
    async sendTest(id, event = {}) {
      const subscription = await subscriptions.get(id);
      if (subscription === undefined) return undefined;
      const provider = providers.get(subscription.provider);
      const sent = { ...event, ...testEventFor(subscription, provider, event) };
      return worker.attemptTo(subscription, publishedEvent(sent));
    },
  };
}
