import { withTimeout } from "../base/timeout.ts";
import type { ClaimStore } from "./claim-store.ts";
import type { LeaseTerms } from "./claim.ts";
import { later } from "./later.ts";

/** Why a claim is lost that the store no longer knows. */
export const GONE = "its lease ended, and another delivery of the event may have taken it over";

/** The holder of a lease, as the lease sees it. */
export interface LeaseHolder {
  /** The lease has ended, or is somebody else's. */
  lose(why: string): void;
  /** The claim is `maxProcessingMs` old, and its handler has not come to an end. */
  noteOverdue(): void;
}

/**
 * Renews the lease of a claim until the claim ends, is lost, or is older than `maxProcessingMs`.
 *
 * Most handlers are done long before the first heartbeat. So there is one timer until then, and only it begins the others: the end of the
 * lease and the end of the processing time lie behind it, and each timer is set for what is left of its time.
 *
 * It is a timer of the claim's own. One for all claims of a receiver would be cheaper, and belong to the request that set it: Workers
 * cancel it with that request, and what it calls would run in that request's async context.
 */
export class Lease {
  readonly #grantedAtMs: number;
  readonly #store: ClaimStore;
  readonly #key: string;
  readonly #token: string;
  readonly #terms: LeaseTerms;
  readonly #holder: LeaseHolder;
  readonly #first: ReturnType<typeof setTimeout>;
  #heldUntilMs: number;
  #isPaused = false;
  #isOver = false;
  #heartbeat: ReturnType<typeof setTimeout> | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  #overdue: ReturnType<typeof setTimeout> | undefined;

  /** @param grantedAtMs `performance.now()` from before the store was asked: the lease can't have begun earlier */
  constructor(
    store: ClaimStore,
    key: string,
    token: string,
    grantedAtMs: number,
    terms: LeaseTerms,
    holder: LeaseHolder,
  ) {
    this.#store = store;
    this.#key = key;
    this.#token = token;
    this.#terms = terms;
    this.#holder = holder;
    this.#grantedAtMs = grantedAtMs;
    this.#heldUntilMs = grantedAtMs + terms.leaseMs;
    this.#first = later(Math.min(this.#beatMs, terms.maxProcessingMs), () => this.#watch());
  }

  /** Stops renewing: a transaction of the user's locks the record. The clock of `maxProcessingMs` goes on. */
  pause(): void {
    this.#isPaused = true;
    clearTimeout(this.#heartbeat);
    clearTimeout(this.#expiry);
  }

  /** Renews again, beginning now. */
  resume(): void {
    this.#isPaused = false;
    if (this.#isOver) return;
    this.#watchExpiry();
    void this.#beat();
  }

  /** Renews no more: the claim is lost. */
  end(): void {
    this.#isOver = true;
    this.pause();
  }

  /** Ends all timers: the claim is settled. */
  stop(): void {
    this.end();
    clearTimeout(this.#first);
    clearTimeout(this.#overdue);
  }

  /** Starts what the first timer is for. */
  #watch(): void {
    const { maxProcessingMs } = this.#terms;
    const ageMs = performance.now() - this.#grantedAtMs;
    this.#overdue = later(maxProcessingMs - ageMs, () => this.#holder.noteOverdue());
    // Where a heartbeat is under way, the claim has come back from a transaction, and is watched already.
    if (!this.#isHeld || this.#heartbeat !== undefined) return;
    this.#watchExpiry();
    if (maxProcessingMs > this.#beatMs) void this.#beat();
  }

  get #beatMs(): number {
    return this.#terms.leaseMs / 3;
  }

  get #isHeld(): boolean {
    return !this.#isPaused && !this.#isOver;
  }

  /** Ends the lease for this process if nothing renews it in time, whatever the store would say. */
  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    this.#expiry = later(this.#heldUntilMs - performance.now(), () => this.#expire());
  }

  #expire(): void {
    this.#holder.lose(`its lease of ${this.#terms.leaseMs} ms ended without being renewed`);
  }

  async #beat(): Promise<void> {
    const { leaseMs, maxProcessingMs, storeTimeoutMs } = this.#terms;
    const askedAtMs = performance.now();
    if (!this.#isHeld || askedAtMs - this.#grantedAtMs >= maxProcessingMs) return;
    // The process was blocked for longer than the lease: somebody else may have the event.
    if (askedAtMs >= this.#heldUntilMs) {
      this.#expire();
      return;
    }
    try {
      const asked = this.#store.extend(this.#key, { token: this.#token, leaseMs });
      const isExtended = await withTimeout(asked, storeTimeoutMs);
      if (!this.#isHeld) return;
      if (!isExtended) {
        this.#holder.lose(GONE);
        return;
      }
      this.#heldUntilMs = askedAtMs + leaseMs;
      this.#watchExpiry();
    } catch {
      // The store is away: the next beat may reach it, or the lease ends.
    }
    if (!this.#isHeld) return;
    clearTimeout(this.#heartbeat);
    this.#heartbeat = later(this.#beatMs, () => void this.#beat());
  }
}
