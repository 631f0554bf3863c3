import type { ClaimResult } from "./claim-store.ts";
import { AgingMap } from "./oldest-first-map.ts";

interface Held {
  readonly token: string;
  leaseUntil: number;
}

interface Processed {
  readonly expiresAt: number;
  /** Until then a replay would still verify: the record can't be forgotten. */
  readonly freshUntil: number;
}

/** How many expired records one call clears away at the most, so that no call is slow. */
const SWEEP = 8;

/** The records of a memory store: at most `maxKeys`, and what has expired is cleared away with each new claim. */
export class MemoryRecords {
  readonly #maxKeys: number;
  readonly #held = new Map<string, Held>();
  // Two maps, each in the order of completion: the oldest of `forgettable` is what goes first.
  readonly #fresh = new AgingMap<Processed>();
  readonly #forgettable = new AgingMap<Processed>();
  /** While every record is fresh, looking through them again before this time finds nothing. */
  #nothingToForgetBefore = 0;
  /** How many processed events were forgotten before their retention was over. */
  evicted = 0;

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#held.size + this.#fresh.size + this.#forgettable.size;
  }

  /** Claims a key at a time; undefined where there is no place for one more. */
  claim(key: string, token: string, leaseMs: number, at: number): ClaimResult | undefined {
    this.#sweep(at);
    const record = this.#fresh.get(key) ?? this.#forgettable.get(key);
    if (record !== undefined) {
      if (record.expiresAt > at) return { status: "processed" };
      this.#fresh.delete(key);
      this.#forgettable.delete(key);
    }
    const holder = this.#held.get(key);
    if (holder !== undefined) {
      if (holder.leaseUntil > at) {
        return { status: "in_flight", retryAfterMs: holder.leaseUntil - at };
      }
      this.#held.delete(key);
    }
    if (!this.#makePlace(at)) return undefined;
    this.#held.set(key, { token, leaseUntil: at + leaseMs });
    return { status: "claimed" };
  }

  extend(key: string, token: string, leaseMs: number, at: number): boolean {
    const holder = this.#holderOf(key, token, at);
    if (holder === undefined) return false;
    holder.leaseUntil = at + leaseMs;
    return true;
  }

  complete(key: string, token: string, record: Processed, at: number): boolean {
    if (this.#holderOf(key, token, at) === undefined) return false;
    this.#held.delete(key);
    (record.freshUntil > at ? this.#fresh : this.#forgettable).set(key, record);
    this.#nothingToForgetBefore = 0;
    return true;
  }

  release(key: string, token: string, at: number): boolean {
    return this.#holderOf(key, token, at) !== undefined && this.#held.delete(key);
  }

  #holderOf(key: string, token: string, at: number): Held | undefined {
    const holder = this.#held.get(key);
    return holder?.token === token && holder.leaseUntil > at ? holder : undefined;
  }

  #sweep(at: number): void {
    for (let left = SWEEP; left > 0; left--) {
      const [key, record] = this.#fresh.oldest() ?? [];
      if (key === undefined || record === undefined || record.freshUntil > at) break;
      this.#fresh.delete(key);
      this.#forgettable.set(key, record);
    }
    for (let left = SWEEP; left > 0; left--) {
      const [key, record] = this.#forgettable.oldest() ?? [];
      if (key === undefined || record === undefined || record.expiresAt > at) break;
      this.#forgettable.delete(key);
    }
    let left = SWEEP;
    for (const [key, holder] of this.#held) {
      if (left-- === 0 || holder.leaseUntil > at) break;
      this.#held.delete(key);
    }
  }

  /** Makes place for one more; false where nothing may be forgotten. */
  #makePlace(at: number): boolean {
    if (this.size < this.#maxKeys) return true;
    if (this.#forgettable.size === 0 && at >= this.#nothingToForgetBefore) {
      this.#lookForForgettable(at);
      if (this.size < this.#maxKeys) return true;
    }
    const oldest = this.#forgettable.oldest();
    if (oldest === undefined) return false;
    this.#forgettable.delete(oldest[0]);
    if (oldest[1].expiresAt > at) this.evicted++;
    return true;
  }

  /** Looks through all records, and notes when doing so again can find anything. */
  #lookForForgettable(at: number): void {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, record] of this.#fresh.entries()) {
      if (record.freshUntil > at) {
        nextMs = Math.min(nextMs, record.freshUntil);
        continue;
      }
      this.#fresh.delete(key);
      this.#forgettable.set(key, record);
    }
    for (const [key, holder] of this.#held) {
      if (holder.leaseUntil <= at) this.#held.delete(key);
      else nextMs = Math.min(nextMs, holder.leaseUntil);
    }
    this.#nothingToForgetBefore = nextMs;
  }
}
