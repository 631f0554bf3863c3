import { type EventInbox, eventToJson, type ReceivedEvent } from "@countersign/core";
import type { EngineWorkers, InboxEngine, InspectableEngine } from "./engine.ts";
import type { Inbox, InboxOn } from "./inbox.ts";
import { inspection } from "./inspection.ts";
import { itemIdOf } from "./item-id.ts";
import { checksFor, LONGEST_TIMER_SECONDS } from "./option-checks.ts";
import type { InboxOptions } from "./options.ts";
import { runItem, WorkerStopping } from "./run-item.ts";
import { type Settings, settingsOf } from "./settings.ts";

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

const checks = checksFor("createInbox");

/** Makes the method that the receiver calls. */
function receivingEnd(settings: Settings): EventInbox {
  const { engine, name, provider, orderBy, timeoutMs, keepDeadMs } = settings;
  return {
    async store(event, claim, store) {
      if (event.provider !== provider.name) {
        throw checks.error(
          `the inbox ${name} is for ${provider.name}, and the receiver's provider is ${event.provider}. Make an inbox for each provider; they can share an engine.`,
        );
      }
      const orderKey: unknown = orderBy?.(event);
      if (orderKey !== undefined && typeof orderKey !== "string") {
        throw checks.error(
          `orderBy returned a value of the type ${typeof orderKey}; it must return text or undefined.`,
        );
      }
      const id = itemIdOf(name, claim.key);
      const text = JSON.stringify(eventToJson(event));
      const item = { id, event: text, orderKey, timeoutMs, keepDeadMs };
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
        throw checks.error("start() needs the handler. Pass createInbox({ handler }).");
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
    async stop(options) {
      const { graceSeconds = 30 } = options ?? {};
      checksFor("inbox.stop").notNegative("graceSeconds", graceSeconds, LONGEST_TIMER_SECONDS);
      const ending = working;
      working = undefined;
      // Whoever stops it a second time waits as well.
      if (ending !== undefined) stopping = end(ending, graceSeconds);
      await stopping;
    },
  };
}

function isInspectable(engine: InboxEngine): engine is InspectableEngine {
  return "list" in engine;
}
