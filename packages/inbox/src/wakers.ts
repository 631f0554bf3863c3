import type { EngineWorkers } from "./engine.ts";
import type { Poller } from "./polling.ts";

/** The pollers of this process, by queue. Whoever makes an event due wakes them, so that it waits for no interval. */
export class Wakers {
  readonly #pollers = new Map<string, Set<Poller>>();

  /** Wakes the pollers of a queue. */
  wake(queue: string): void {
    for (const poller of this.#pollers.get(queue) ?? []) poller.wake();
  }

  /** Keeps a poller until it is stopped. */
  keep(queue: string, poller: Poller): EngineWorkers {
    const own = this.#pollers.get(queue) ?? new Set();
    this.#pollers.set(queue, own.add(poller));
    return {
      stop() {
        own.delete(poller);
        return poller.stop();
      },
    };
  }
}
