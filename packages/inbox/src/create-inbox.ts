import {
  type EventInbox,
  eventFrom,
  eventToJson,
  type ReceivedEvent,
  type WebhookEvent,
} from "@countersign/core";
import type {
  EngineWorkers,
  InboxEngine,
  InspectableEngine,
  ItemState,
  ListOptions,
  StoredItem,
} from "./engine.ts";
import { itemIdOf } from "./item-id.ts";
import type { InboxOptions } from "./options.ts";
import { runItem, WorkerStopping } from "./run-item.ts";
import { configError, type Settings, settingsOf } from "./settings.ts";

/** Keeps events durably and runs a handler over them; made by {@link createInbox}. Pass it to a receiver as `inbox`. */
export interface Inbox extends EventInbox {
  /**
   * Starts this process's workers. A process that only receives needs none.
   *
   * @throws `config_invalid` where the inbox has no handler
   */
  start(): Promise<void>;
  /**
   * Takes no more events, and resolves when the outcome of everything under way is written down.
   *
   * @param options `graceSeconds`: how long handlers may go on, default 30. Then their `claim.signal` aborts and their events are due again
   */
  stop(options?: { readonly graceSeconds?: number }): Promise<void>;
}

/** An event as the inbox keeps it. */
export interface InboxItem<Event> extends Omit<StoredItem, "event"> {
  readonly event: Event;
}

/** An inbox whose events can be looked at and changed one by one. */
export interface InspectableInbox<Event> extends Inbox {
  /** Lists events, those that were stored first coming first. */
  list(options?: ListOptions): Promise<InboxItem<Event>[]>;
  /** Returns an event; undefined where there is none with this id. */
  get(id: string): Promise<InboxItem<Event> | undefined>;
  /** Counts the events in each state: for a metric, and an alarm when `dead` grows. */
  counts(): Promise<Record<ItemState, number>>;
  /**
   * Makes a dead letter due again, with all of its attempts, or a waiting event due now.
   *
   * @returns false where there is no such event, or it is running or done
   */
  retry(id: string): Promise<boolean>;
  /**
   * Deletes an event, whatever its state, unless it is running.
   *
   * @returns false where there is no such event, or it is running
   */
  discard(id: string): Promise<boolean>;
  /**
   * Deletes events that are done, or dead letters, by age. Workers do so by themselves after `keepDoneSeconds` and `keepDeadSeconds`.
   *
   * @param state which of them
   * @param options `olderThanSeconds`: since when they must have been finished
   * @returns how many were deleted
   */
  prune(state: "done" | "dead", options: { readonly olderThanSeconds: number }): Promise<number>;
}

/** The methods that an inbox has with an engine. RabbitMQ can't list a queue, so its inbox has no such methods. */
export type InboxOn<Engine, Event> = Engine extends InspectableEngine
  ? InspectableInbox<Event>
  : Inbox;

/**
 * Makes an inbox: a receiver stores its events there and answers at once, and workers process them, with retries and dead letters.
 *
 * Each event that was acknowledged is handled at least once. With `claim.completeIn(client)` its effects stand exactly once.
 *
 * @param options see `InboxOptions`
 * @throws `config_invalid` where an option can't work
 * @example
 * ```ts
 * const database = new Database("webhooks.db");
 * database.exec("PRAGMA journal_mode = WAL");
 * const inbox = createInbox({
 *   provider: github,
 *   engine: sqliteEngine({ database }),
 *   handler: async (event, { attempt }) => console.log(event.type, attempt),
 * });
 * app.post("/github", webhook({ provider: github, secret, store: sqliteStore({ database }), inbox }));
 * await inbox.start();
 * ```
 */
export function createInbox<Events extends object, Engine extends InboxEngine>(
  options: InboxOptions<Events, Engine>,
): InboxOn<Engine, ReceivedEvent<Events, never>> {
  const settings = settingsOf(options as unknown as InboxOptions);
  const inbox = { ...receivingEnd(settings), ...workers(settings) };
  const { engine, name } = settings;
  return (isInspectable(engine) ? { ...inbox, ...inspection(engine, name) } : inbox) as InboxOn<
    Engine,
    ReceivedEvent<Events, never>
  >;
}

/** Makes the method that the receiver calls. */
function receivingEnd(settings: Settings): EventInbox {
  const { engine, name, provider, orderBy, timeoutMs, keepDeadMs } = settings;
  return {
    async store(event, claim, store) {
      if (event.provider !== provider.name) {
        throw configError(
          `the inbox ${name} is for ${provider.name}, and the receiver's provider is ${event.provider}. Make an inbox for each provider; they can share an engine.`,
        );
      }
      const orderKey: unknown = orderBy?.(event);
      if (orderKey !== undefined && typeof orderKey !== "string") {
        throw configError(
          `orderBy returned a value of the type ${typeof orderKey}; it must return text or undefined.`,
        );
      }
      const id = itemIdOf(name, claim.key);
      const item = { id, event: eventToJson(event), orderKey, timeoutMs, keepDeadMs };
      await engine.add(name, item, claim, store);
    },
  };
}

/** Makes the worker, which runs the handler. */
function workers(settings: Settings): Pick<Inbox, "start" | "stop"> {
  const { engine, name, handler, log } = settings;
  const running = new Set<AbortController>();
  let working: Promise<EngineWorkers> | undefined;
  let stopping: Promise<void> = Promise.resolve();

  async function end(ending: Promise<EngineWorkers>, graceSeconds: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const stop of running) stop.abort(new WorkerStopping("The worker has stopped."));
    }, graceSeconds * 1000);
    try {
      await (await ending).stop();
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async start() {
      if (handler === undefined) {
        throw configError("start() needs the handler. Pass createInbox({ handler }).");
      }
      working ??= engine.work(name, (item) => runItem(settings, handler, item, running), {
        ...settings,
        onError: (error) => log.error(error),
      });
      const starting = working;
      try {
        await starting;
      } catch (error) {
        // It can be tried again.
        if (working === starting) working = undefined;
        throw error;
      }
    },
    async stop({ graceSeconds = 30 } = {}) {
      const ending = working;
      working = undefined;
      // Whoever stops it a second time waits as well.
      if (ending !== undefined) stopping = end(ending, graceSeconds);
      await stopping;
    },
  };
}

/** Makes the methods that an operator calls. */
function inspection(
  engine: InspectableEngine,
  name: string,
): Omit<InspectableInbox<WebhookEvent>, keyof Inbox> {
  return {
    async list({ state, limit = 100, offset = 0 } = {}) {
      return (await engine.list(name, { state, limit, offset })).map(itemOf);
    },
    async get(id) {
      const stored = await engine.get(name, id);
      return stored && itemOf(stored);
    },
    counts: () => engine.counts(name),
    retry: (id) => engine.retry(name, id),
    discard: (id) => engine.discard(name, id),
    prune: (state, { olderThanSeconds }) => engine.prune(name, state, olderThanSeconds * 1000),
  };
}

function itemOf(stored: StoredItem): InboxItem<WebhookEvent> {
  return { ...stored, event: eventFrom(stored.event) };
}

function isInspectable(engine: InboxEngine): engine is InspectableEngine {
  return "list" in engine;
}
