import { later } from "./later.ts";

/** A lease as its clock sees it. */
export interface Waking {
  /** When it began, by `performance.now()`. */
  readonly grantedAtMs: number;
  /** Called once its time has come. */
  wake(): void;
}

/**
 * Wakes leases some time after they began, unless they end before: one timer for all claims of a receiver. Nearly every claim ends long
 * before its first heartbeat, and a timer of its own would cost it as much as the claim in memory does.
 */
export class LeaseClock {
  readonly #afterMs: number;
  /** The first began first, and is woken first. */
  readonly #leases = new Set<Waking>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param afterMs how long after its begin a lease is woken */
  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  add(lease: Waking): void {
    this.#leases.add(lease);
    if (this.#timer === undefined) this.#sleep(this.#afterMs);
  }

  remove(lease: Waking): void {
    this.#leases.delete(lease);
  }

  /** The timer of a lease that has ended is left as it is: it finds out for whom it has to be set next. */
  #sleep(ms: number): void {
    this.#timer = later(ms, () => {
      this.#timer = undefined;
      this.#wakeThoseDue();
    });
  }

  #wakeThoseDue(): void {
    for (const lease of this.#leases) {
      const leftMs = lease.grantedAtMs + this.#afterMs - performance.now();
      if (leftMs > 0) {
        this.#sleep(leftMs);
        return;
      }
      this.#leases.delete(lease);
      lease.wake();
    }
  }
}
