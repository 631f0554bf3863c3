import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";

/** The options of a poller. */
export interface PollTerms<Item> {
  /** Takes up to `limit` items that are due. */
  readonly take: (limit: number) => Promise<readonly Item[]>;
  /** Processes an item and writes its outcome down; never rejects. */
  readonly run: (item: Item) => Promise<void>;
  readonly concurrency: number;
  /** How long an idle poller waits, in milliseconds. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Takes items from a database again and again. */
export interface Poller {
  /** Looks at once: there may be something to do. */
  wake(): void;
  /** Takes no more, and resolves when everything under way has ended. */
  stop(): Promise<void>;
}

const LONGEST_BACKOFF_MS = 5000;

/** Starts a poller. An engine that fails is asked again, ever more rarely, and reported once until it answers. */
export function startPolling<Item>({
  take,
  run,
  concurrency,
  pollMs,
  onError,
}: PollTerms<Item>): Poller {
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let isWoken = false;
  let wakeUp: (() => void) | undefined;

  const wake = (): void => {
    isWoken = true;
    wakeUp?.();
  };

  async function idle(ms: number): Promise<void> {
    if (isWoken || stopping.signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wakeUp = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }

  async function poll(): Promise<void> {
    let backoffMs = pollMs;
    while (!stopping.signal.aborted) {
      const free = concurrency - underWay.size;
      if (free === 0) {
        await Promise.race(underWay);
        // Those that end at the same moment make room for several, which are taken at once.
        await immediate();
        continue;
      }
      isWoken = false;
      let taken: readonly Item[] = [];
      try {
        taken = await take(free);
        backoffMs = pollMs;
      } catch (error) {
        if (backoffMs === pollMs) onError(error);
        backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2);
        await sleep(backoffMs);
      }
      for (const item of taken) {
        const work = run(item).finally(() => {
          underWay.delete(work);
          // The next one of its order key may be due now.
          wake();
        });
        underWay.add(work);
      }
      if (taken.length < free) await idle(pollMs);
    }
    await Promise.all(underWay);
  }

  const ended = poll();
  return {
    wake,
    stop() {
      stopping.abort();
      wake();
      return ended;
    },
  };
}

const SETTLE_ATTEMPTS = 6;
const FIRST_BACKOFF_MS = 100;

/**
 * Writes an outcome down, although the database may be away for a moment. In vain after about six seconds: then the item is taken again
 * when the worker's hold on it ends.
 */
export async function persist(
  write: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Promise<void> {
  for (let attempt = 1, backoffMs = FIRST_BACKOFF_MS; ; attempt++, backoffMs *= 2) {
    try {
      await write();
      return;
    } catch (error) {
      if (attempt === SETTLE_ATTEMPTS) {
        onError(error);
        return;
      }
    }
    await sleep(backoffMs);
  }
}
