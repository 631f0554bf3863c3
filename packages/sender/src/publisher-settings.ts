import type { Provider } from "@countersign/core";
import { callGuarded } from "@countersign/core/adapter";
import { standardWebhooks } from "@countersign/core/providers/standard-webhooks";
import { configError } from "./config-error.ts";
import type { HoldPolicy } from "./delivery.ts";
import type { PublishedEvent } from "./event.ts";
import { isWithin } from "./number-within.ts";
import type { Queue } from "./queue.ts";
import type { Sender } from "./sender.ts";
import type { ShownSubscription } from "./subscription.ts";
import type { InputRules } from "./subscription-input.ts";
import type { AttemptReport, SubscriptionStore } from "./subscription-store.ts";
import { warnUnknownOptions } from "./unknown-options.ts";

/** The options of a publisher. */
export interface PublisherOptions {
  /** Signs, delivers, and says when a delivery is tried again. */
  readonly sender: Sender;
  readonly subscriptions: SubscriptionStore;
  readonly queue: Queue;
  /** The providers whose schemes subscriptions can choose by name; the first is the default. Default: Standard Webhooks alone. */
  readonly providers?: readonly Provider<object>[] | undefined;
  /** How many jobs are under way at once. Default 16. */
  readonly concurrency?: number | undefined;
  /** More headers for a delivery, such as Para's `X-Para-Event`. */
  readonly headers?:
    | ((event: PublishedEvent, subscription: ShownSubscription) => Record<string, string>)
    | undefined;
  /** How much is held for a disabled subscription. Default: 1000 deliveries for 7 days. */
  readonly hold?: Partial<HoldPolicy> | undefined;
  /** Gets each attempt, for a structured log. */
  readonly onAttempt?: ((report: AttemptReport) => void) | undefined;
  /**
   * Gets a subscription that failures or a 410 disabled, to tell its owner, with the attempt that did it. The process that made the attempt
   * calls it once; if that process dies at this moment, nobody is told, and `list({ active: false })` still shows the subscription.
   */
  readonly onDisabled?:
    | ((subscription: ShownSubscription, report: AttemptReport) => void | Promise<void>)
    | undefined;
  /** Gets each event that matched no subscription; `subscriptions.unmatched()` has their counts. */
  readonly onUnmatched?: ((event: PublishedEvent) => void) | undefined;
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
  hold: true,
  onAttempt: true,
  onDisabled: true,
  onUnmatched: true,
  onError: true,
} satisfies Record<keyof PublisherOptions, true>);

/** The methods that each part needs, and the function that makes one. */
const PARTS = {
  sender: [["attempt", "refusalOf"], "createSender()"],
  subscriptions: [
    [
      "create",
      "get",
      "update",
      "delete",
      "list",
      "matching",
      "record",
      "hold",
      "expireHeld",
      "lease",
      "markQueued",
      "deliveries",
      "countUnmatched",
      "unmatched",
    ],
    "memorySubscriptions() or postgresSubscriptions({ client })",
  ],
  queue: [["enqueue", "consume"], "memoryQueue() or rabbitmqQueue({ url })"],
} as const;

/** The options of a publisher, asked once. */
export interface PublisherSettings {
  readonly sender: Sender;
  readonly subscriptions: SubscriptionStore;
  readonly queue: Queue;
  readonly providers: ReadonlyMap<string, Provider<object>>;
  readonly defaultProvider: Provider<object>;
  readonly concurrency: number;
  readonly headers: PublisherOptions["headers"];
  readonly hold: HoldPolicy;
  /** Tells the user of something; what the callback throws, or rejects with, goes to {@link onError}. */
  readonly tell: <Name extends "onAttempt" | "onDisabled" | "onUnmatched">(
    name: Name,
    ...told: Parameters<NonNullable<PublisherOptions[Name]>>
  ) => void;
  /** Never throws. */
  readonly onError: (reason: unknown) => void;
  /** The rules for subscriptions. */
  readonly rules: InputRules;
}

const DEFAULT_HOLD: HoldPolicy = { maxAgeSeconds: 604_800, maxCount: 1000 };

/** Checks the options. */
export function publisherSettings(options: PublisherOptions): PublisherSettings {
  checkParts(options ?? {});
  warnUnknownOptions("createPublisher", options, OPTION_NAMES);
  const { sender, subscriptions, queue, concurrency = 16, headers } = options;
  if (queue.shared && !subscriptions.shared) {
    throw configError(
      "createPublisher: other processes share the queue, and not the subscriptions: a worker would take events off the queue and deliver them to nobody. Pass subscriptions: postgresSubscriptions({ client }). If this is the only process, or each adds the same subscriptions when it starts, say so: memorySubscriptions({ shared: true }).",
    );
  }
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw configError(`concurrency is ${String(concurrency)}; it must be a whole number above 0.`);
  }
  const [defaultProvider, providers] = providersOf(options.providers);
  // What the user's own callback throws, or rejects with, must not have an attempt made again.
  const onError = (reason: unknown): void =>
    callGuarded(
      () => (options.onError ?? warn)(reason),
      () => warn(reason),
    );
  return {
    sender,
    subscriptions,
    queue,
    providers,
    defaultProvider,
    concurrency,
    headers,
    hold: holdPolicy(options.hold),
    tell: (name, ...told) => {
      const callback = options[name] as ((...values: typeof told) => unknown) | undefined;
      callGuarded(
        () => callback?.(...told),
        (cause) => onError(new Error(`${name} threw.`, { cause })),
      );
    },
    onError,
    rules: { providers, refusalOf: (url) => sender.refusalOf(url) },
  };
}

function providersOf(
  list: readonly Provider<object>[] = [standardWebhooks],
): [Provider<object>, ReadonlyMap<string, Provider<object>>] {
  // A misspelt import is undefined.
  if (!Array.isArray(list) || list.some((provider) => typeof provider?.name !== "string")) {
    throw configError("providers must be a list of presets, or of what defineProvider() made.");
  }
  const [first] = list as readonly Provider<object>[];
  if (first === undefined) throw configError("providers is empty. Give at least one.");
  return [first, new Map(list.map((provider) => [provider.name, provider]))];
}

function holdPolicy(given: Partial<HoldPolicy> = {}): HoldPolicy {
  warnUnknownOptions("createPublisher: hold", given, Object.keys(DEFAULT_HOLD));
  const policy = { ...DEFAULT_HOLD, ...given };
  if (!isWithin(policy.maxAgeSeconds, Number.MIN_VALUE, Number.MAX_VALUE)) {
    throw configError("hold.maxAgeSeconds must be a number of seconds above 0.");
  }
  if (!Number.isSafeInteger(policy.maxCount) || policy.maxCount < 1) {
    throw configError("hold.maxCount must be a whole number above 0.");
  }
  return policy;
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

function warn(error: unknown): void {
  const shownError = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`A publisher's worker had an error: ${shownError}`, {
    type: "CountersignWarning",
    code: "job_failed",
  });
}
