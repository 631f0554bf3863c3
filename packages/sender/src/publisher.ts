import { randomBytes } from "node:crypto";
import { types } from "node:util";
import { isWebhookError, type Provider } from "@countersign/core";
import { callGuarded } from "@countersign/core/adapter";
import { standardWebhooks } from "@countersign/core/providers/standard-webhooks";
import { type Attempt, notAttempted } from "./attempt.ts";
import { configError } from "./config-error.ts";
import type { NewEvent, PublishedEvent } from "./event.ts";
import { isEmptyInJson } from "./json-body.ts";
import type { Job, Queue, QueueConsumer } from "./queue.ts";
import { judge } from "./retry.ts";
import { newSecret } from "./secret.ts";
import { newEventId, type Sender } from "./sender.ts";
import { type ShownSubscription, shown, type Subscription } from "./subscription.ts";
import {
  checkInput,
  InvalidSubscription,
  isText,
  type SubscriptionInput,
} from "./subscription-input.ts";
import type { AttemptReport, SubscriptionStore } from "./subscription-store.ts";
import { warnUnknownOptions } from "./unknown-options.ts";

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
  /**
   * Gets what went wrong on this side, such as a database that is away. What was not done comes again; an attempt that was made and could
   * not be recorded does not. Default `process.emitWarning`.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const OPTION_NAMES = Object.keys({
  sender: true,
  subscriptions: true,
  queue: true,
  providers: true,
  concurrency: true,
  headers: true,
  onAttempt: true,
  onError: true,
} satisfies Record<keyof PublisherOptions, true>);

/** What is needed of each part, and where one comes from. */
const PARTS = {
  sender: [["attempt", "refusalOf"], "createSender()"],
  subscriptions: [
    ["create", "get", "update", "delete", "list", "matching", "record", "deliveries"],
    "memorySubscriptions() or postgresSubscriptions({ client })",
  ],
  queue: [["enqueue", "consume"], "memoryQueue() or rabbitmqQueue({ url })"],
} as const;

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
 *   queue: rabbitmqQueue({ url: process.env.AMQP_URL ?? "amqp://localhost" }),
 * });
 * await publisher.start();
 * const { secret } = await publisher.subscribe({ url: "https://example.com/hooks", eventTypes: ["photo.liked"] });
 * await publisher.publish({ type: "photo.liked", body: { data: { photo: "123" } } });
 * ```
 */
export function createPublisher(options: PublisherOptions): Publisher {
  checkParts(options ?? {});
  warnUnknownOptions("createPublisher", options, OPTION_NAMES);
  const { sender, subscriptions, queue, concurrency = 16, onAttempt, headers } = options;
  const list: readonly Provider<object>[] = options.providers ?? [standardWebhooks];
  // A misspelt import is undefined.
  if (!Array.isArray(list) || list.some((provider) => typeof provider?.name !== "string")) {
    throw configError("providers must be a list of presets, or of what defineProvider() made.");
  }
  const providers = new Map(list.map((provider) => [provider.name, provider]));
  const [defaultProvider] = list;
  if (defaultProvider === undefined) throw configError("providers is empty. Give at least one.");
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw configError(`concurrency is ${String(concurrency)}; it must be a whole number above 0.`);
  }
  // What the user's own callback throws, or rejects with, must not have an attempt made again.
  const onError = (reason: unknown): void =>
    callGuarded(
      () => (options.onError ?? warn)(reason),
      () => warn(reason),
    );
  const rules = { providers, refusalOf: (url: string) => sender.refusalOf(url) };
  let consumer: Promise<QueueConsumer> | undefined;
  let stopping: Promise<void> = Promise.resolve();

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
    // The attempt is made: if it can't be recorded, making it again every second would be no better.
    try {
      await subscriptions.record(report, { disableAfterFailures });
    } catch (cause) {
      onError(new Error(`An attempt to deliver ${event.id} could not be recorded.`, { cause }));
    }
    callGuarded(
      () => onAttempt?.(report),
      (cause) => onError(new Error("onAttempt threw.", { cause })),
    );
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
      const starting = (consumer ??= queue.consume(run, { concurrency }));
      try {
        await starting;
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
        stopping = ending.then(
          (running) => running.stop(),
          // It never started, as start() has told.
          () => {},
        );
      }
      await stopping;
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
      const checked = checkInput(change, before, rules);
      // With its old failures it would be disabled again by the first new one.
      const enabled = checked.active === true && !before.active;
      const updated = await subscriptions.update(id, {
        ...checked,
        ...(enabled && { failureCount: 0 }),
      });
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

function checkParts(options: object): void {
  for (const [name, [methods, source]] of Object.entries(PARTS)) {
    const part = (options as Record<string, Record<string, unknown> | null | undefined>)[name];
    const missing = methods.filter((method) => typeof part?.[method] !== "function");
    if (missing.length > 0) {
      throw configError(
        part === undefined || part === null
          ? `createPublisher: ${name} is missing. Pass ${source}.`
          : `createPublisher: ${name} does not have the methods ${missing.join(", ")}. Pass ${source}.`,
      );
    }
  }
}

/** Refuses here what could neither be delivered nor recorded later, when nobody is there any more who could be told. */
function publishedEvent({
  id = newEventId(),
  type,
  body,
  timestamp,
  subject,
}: NewEvent): PublishedEvent {
  for (const [field, value] of Object.entries({ id, type, ...(subject && { subject }) })) {
    if (!isText(value)) {
      throw configError(
        `The event's ${field} must be text of 1 to 256 characters, none of them a control character.`,
      );
    }
  }
  const isBody = typeof body === "string" || (typeof body === "object" && body !== null);
  if (!isBody || ArrayBuffer.isView(body) || types.isAnyArrayBuffer(body) || isEmptyInJson(body)) {
    throw configError(
      "The event's body must be an object or text. Decode bytes to text first, and make a plain object of a Map or a form.",
    );
  }
  const timestampMs = Number(timestamp ?? Date.now());
  if (Number.isNaN(new Date(timestampMs).getTime())) {
    throw configError(
      "The event's timestamp is not a valid date. Give a Date, or milliseconds since 1970.",
    );
  }
  return { id, type, body, timestampMs, ...(subject !== undefined && { subject }) };
}

/** Sorts by the time it was made; what follows can't be guessed. */
function newSubscriptionId(): string {
  return `sub_${Date.now().toString(36).padStart(9, "0")}${randomBytes(10).toString("hex")}`;
}

function warn(error: unknown): void {
  const shownError = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`A publisher's worker had an error: ${shownError}`, {
    type: "CountersignWarning",
    code: "job_failed",
  });
}
