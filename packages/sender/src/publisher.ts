import { randomBytes } from "node:crypto";
import { isWebhookError, type Provider } from "@countersign/core";
import { standardWebhooks } from "@countersign/core/providers/standard-webhooks";
import { type Attempt, notAttempted } from "./attempt.ts";
import { configError } from "./config-error.ts";
import type { NewEvent, PublishedEvent } from "./event.ts";
import type { Job, Queue, QueueConsumer } from "./queue.ts";
import { judge } from "./retry.ts";
import { newSecret } from "./secret.ts";
import { newEventId, type Sender } from "./sender.ts";
import { type ShownSubscription, shown, type Subscription } from "./subscription.ts";
import { checkInput, InvalidSubscription, type SubscriptionInput } from "./subscription-input.ts";
import type { AttemptReport, SubscriptionStore } from "./subscription-store.ts";

/** What a publisher is made of. */
export interface PublisherOptions {
  /** Signs, delivers, and says when a delivery is tried again. */
  readonly sender: Sender;
  readonly subscriptions: SubscriptionStore;
  readonly queue: Queue;
  /** Whose schemes subscriptions can choose; the first is the default. Default: Standard Webhooks. */
  readonly providers?: readonly Provider<object>[] | undefined;
  /** How many jobs are under way at once. Default 16. */
  readonly concurrency?: number | undefined;
  /** More headers for a delivery, such as Para's `X-Para-Event`. */
  readonly headers?:
    | ((event: PublishedEvent, subscription: ShownSubscription) => Record<string, string>)
    | undefined;
  /** Gets each attempt, for a structured log. */
  readonly onAttempt?: ((report: AttemptReport) => void) | undefined;
  /** Gets what went wrong on this side, such as a database that is away; the job comes again. Default `process.emitWarning`. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** A subscription that was just made. */
export interface NewSubscription {
  readonly subscription: ShownSubscription;
  /** The secret that was generated; it can't be read again. Undefined where it was given. */
  readonly secret: string | undefined;
}

/** Tells subscribers of events; made by {@link createPublisher}. */
export interface Publisher {
  readonly subscriptions: SubscriptionStore;
  /**
   * Adds an event to the queue and returns; workers find out who wants it, and deliver. When it resolves, the event is as safe as the
   * queue can make it; when it rejects, publish it again with the same id.
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
   * Changes a subscription. Undefined: there is none.
   * @throws `InvalidSubscription`
   */
  update(id: string, change: Partial<SubscriptionInput>): Promise<ShownSubscription | undefined>;
  /** Enables a subscription again, with no failures counted. Undefined: there is none. */
  enable(id: string): Promise<ShownSubscription | undefined>;
  /** Sends a test event at once, whatever the subscription wants, and records nothing. Undefined: there is none. */
  sendTest(id: string, event?: Partial<NewEvent>): Promise<Attempt | undefined>;
}

/**
 * Makes a publisher: subscriptions, a queue, and workers that deliver.
 *
 * Delivery is at least once: an event that was queued is delivered although a worker dies, and may then come twice. Receivers know it
 * again by its id.
 *
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * const publisher = createPublisher({
 *   sender: createSender({ retry: retryPolicies.standardWebhooks }),
 *   subscriptions: postgresSubscriptions({ client: pool }),
 *   queue: rabbitmqQueue({ url: process.env.AMQP_URL }),
 * });
 * await publisher.start();
 * const { secret } = await publisher.subscribe({ url: "https://example.com/hooks", eventTypes: ["photo.liked"] });
 * await publisher.publish({ type: "photo.liked", body: { data: { photo: "123" } } });
 * ```
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { sender, subscriptions, queue, concurrency = 16, onAttempt, headers } = options;
  const list: readonly Provider<object>[] = options.providers ?? [standardWebhooks];
  const providers = new Map(list.map((provider) => [provider.name, provider]));
  const [defaultProvider] = list;
  if (defaultProvider === undefined) throw configError("providers is empty. Give at least one.");
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw configError(`concurrency is ${String(concurrency)}; it must be a whole number above 0.`);
  }
  const onError = options.onError ?? warn;
  const rules = { providers, refusalOf: (url: string) => sender.refusalOf(url) };
  let consumer: Promise<QueueConsumer> | undefined;

  async function run(job: Job): Promise<void> {
    try {
      await (job.subscriptionId === undefined ? fanOut(job) : deliverTo(job.subscriptionId, job));
    } catch (error) {
      onError(error);
      throw error;
    }
  }

  async function fanOut({ event }: Job): Promise<void> {
    const wanting = await subscriptions.matching(event);
    const [only] = wanting;
    // With a single one the job at hand can as well be its delivery: it comes again if this worker dies.
    if (only !== undefined && wanting.length === 1) await deliver({ event }, only);
    else await Promise.all(wanting.map(({ id }) => queue.enqueue({ event, subscriptionId: id })));
  }

  async function deliverTo(subscriptionId: string, job: Job): Promise<void> {
    const subscription = await subscriptions.get(subscriptionId);
    // Deleted or disabled since: it wants nothing any more.
    if (subscription?.active === true) await deliver(job, subscription);
  }

  async function deliver({ event, attempts = 0 }: Job, subscription: Subscription): Promise<void> {
    const { id: subscriptionId } = subscription;
    const attempt = await attemptTo(subscription, event);
    const made = attempts + 1;
    const verdict = judge(sender.retry, made, attempt);
    const report: AttemptReport = {
      subscriptionId,
      eventId: event.id,
      type: event.type,
      outcome: verdict.outcome,
      attempt,
    };
    const { disableAfterFailures } = sender.retry;
    await subscriptions.record(report, { disableAfterFailures });
    onAttempt?.(report);
    if (verdict.outcome === "retrying") {
      await queue.enqueue({ event, subscriptionId, attempts: made }, { delayMs: verdict.afterMs });
    }
  }

  async function attemptTo(subscription: Subscription, event: PublishedEvent): Promise<Attempt> {
    const provider = providers.get(subscription.provider);
    if (provider === undefined) {
      return notAttempted("config", `This publisher has no provider "${subscription.provider}".`);
    }
    try {
      return await sender.attempt({
        url: subscription.url,
        provider,
        secret: subscription.secrets,
        body: event.body,
        id: event.id,
        type: event.type,
        timestamp: event.timestampMs,
        form: subscription.form,
        headers: headers?.(event, shown(subscription)),
      });
    } catch (error) {
      // One subscription that can't be signed for must not stop the others.
      if (isWebhookError(error)) return notAttempted("config", error.message);
      throw error;
    }
  }

  return {
    subscriptions,
    async publish(event) {
      const published = publishedEvent(event);
      await queue.enqueue({ event: published });
      return published;
    },
    async start() {
      consumer ??= queue.consume(run, { concurrency });
      await consumer;
    },
    async stop() {
      const stopping = consumer;
      consumer = undefined;
      await (await stopping)?.stop();
    },
    async subscribe(input) {
      const before = { provider: defaultProvider.name, secrets: [], form: false };
      const checked = checkInput(input, before, rules);
      if (checked.url === undefined) {
        throw new InvalidSubscription([{ field: "url", message: "It is missing." }]);
      }
      const provider = providers.get(checked.provider ?? defaultProvider.name) ?? defaultProvider;
      const generated = checked.secrets === undefined ? newSecret(provider) : undefined;
      const now = new Date().toISOString();
      const subscription: Subscription = {
        id: newSubscriptionId(),
        provider: provider.name,
        eventTypes: ["*"],
        filter: "",
        form: false,
        active: true,
        failureCount: 0,
        createdAt: now,
        updatedAt: now,
        ...checked,
        url: checked.url,
        secrets: checked.secrets ?? [generated ?? ""],
      };
      await subscriptions.create(subscription);
      return { subscription: shown(subscription), secret: generated };
    },
    async update(id, change) {
      const before = await subscriptions.get(id);
      if (before === undefined) return undefined;
      const updated = await subscriptions.update(id, checkInput(change, before, rules));
      return updated && shown(updated);
    },
    async enable(id) {
      const enabled = await subscriptions.update(id, { active: true, failureCount: 0 });
      return enabled && shown(enabled);
    },
    async sendTest(id, { type = "test", body = {}, ...rest } = {}) {
      const subscription = await subscriptions.get(id);
      return subscription && attemptTo(subscription, publishedEvent({ ...rest, type, body }));
    },
  };
}

function publishedEvent({ id, type, body, timestamp, subject }: NewEvent): PublishedEvent {
  return {
    id: id ?? newEventId(),
    type,
    body,
    timestampMs: Number(timestamp ?? Date.now()),
    ...(subject !== undefined && { subject }),
  };
}

/** Sorts by the time it was made; what follows can't be guessed. */
function newSubscriptionId(): string {
  return `sub_${Date.now().toString(36).padStart(9, "0")}${randomBytes(10).toString("hex")}`;
}

function warn(error: unknown): void {
  const shownError = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`A publisher's job failed and will run again: ${shownError}`, {
    type: "CountersignWarning",
    code: "job_failed",
  });
}
