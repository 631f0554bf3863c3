import type { PublisherSettings } from "./publisher-settings.ts";
import { resend } from "./resend.ts";

/** The regular work of a publisher. */
export interface Upkeep {
  start(): void;
  /** Resolves when the last round has ended. */
  stop(): Promise<void>;
  /** Adds to the count of events that matched nothing; written in the next round. */
  countUnmatched(type: string): void;
}

const ROUND_MS = 5000;

/** How long ago a retry should have been made that a queue in memory must have forgotten with its process, in milliseconds. */
export const LOST_AFTER_MS = 300_000;

/**
 * Makes what runs beside the workers. Each round sends what was held for subscriptions that are active again, which whoever enabled them may
 * have died before doing; ends what was held for too long; finds the retries that a queue in memory lost with another process; and writes the
 * counts of events that matched nothing.
 */
export function createUpkeep(settings: PublisherSettings): Upkeep {
  const { subscriptions, queue, hold, onError } = settings;
  const unmatched = new Map<string, number>();
  let running: { timer?: NodeJS.Timeout } | undefined;
  let round: Promise<void> = Promise.resolve();

  async function writeUnmatched(): Promise<void> {
    for (const [type, count] of unmatched) {
      // oxlint-disable-next-line no-await-in-loop -- a few
      await subscriptions.countUnmatched(type, count);
      const left = (unmatched.get(type) ?? 0) - count;
      if (left > 0) unmatched.set(type, left);
      else unmatched.delete(type);
    }
  }

  async function work(): Promise<void> {
    for (const task of [
      () => subscriptions.expireHeld(hold),
      () => resend(settings, { select: "held" }),
      ...(queue.shared
        ? []
        : [() => resend(settings, { select: "lost", overdueMs: LOST_AFTER_MS })]),
      writeUnmatched,
    ]) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- in this order
        await task();
      } catch (error) {
        onError(error);
      }
    }
  }

  function next(run: { timer?: NodeJS.Timeout }): void {
    round = work().then(() => {
      // Stopped in the meantime.
      if (running === run) run.timer = setTimeout(next, ROUND_MS, run).unref();
    });
  }

  return {
    start() {
      if (running === undefined) next((running = {}));
    },
    async stop() {
      clearTimeout(running?.timer);
      running = undefined;
      await round;
      await writeUnmatched().catch(onError);
    },
    countUnmatched: (type) => void unmatched.set(type, (unmatched.get(type) ?? 0) + 1),
  };
}
