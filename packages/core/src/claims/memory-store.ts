import { AgingMap } from "./oldest-first-map.ts";
import { configError } from "../base/errors.ts";
import type { ClaimResult, ClaimStore } from "./claim-store.ts";

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many events it holds at the most, about 400 bytes each. Default 100 000. */
  readonly maxKeys?: number;
  /** The clock, in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

/** A {@link ClaimStore} in this process's memory. */
export interface MemoryStore extends ClaimStore {
  /** How many events it holds now. */
  readonly size: number;
  /** How many processed events it forgot before their retention was over, because it was full. */
  readonly evicted: number;
}

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

/**
 * Remembers events in memory: for one process, until it ends. For several processes, or to survive a restart, take
 * `@countersign/store-sqlite`, `-redis` or `-postgres`.
 *
 * It is bounded. Full, it forgets the oldest processed event whose signature has expired (and counts it in `evicted`); where
 * every event is still fresh or in flight it refuses new ones, and the provider sends them again.
 *
 * @throws `config_invalid` where `maxKeys` is not a whole number above 0
 */
export function memoryStore({
  maxKeys = 100_000,
  now = Date.now,
}: MemoryStoreOptions = {}): MemoryStore {
  if (!Number.isSafeInteger(maxKeys) || maxKeys < 1) {
    throw configError(
      `memoryStore: maxKeys is ${String(maxKeys)}; it must be a whole number above 0.`,
    );
  }
  const held = new Map<string, Held>();
  // Two maps, each in the order of completion: the oldest of `forgettable` is what goes first.
  const fresh = new AgingMap<Processed>();
  const forgettable = new AgingMap<Processed>();
  let evicted = 0;
  /** While every record is fresh, looking through them again before this time finds nothing. */
  let nothingToForgetBefore = 0;

  function size(): number {
    return held.size + fresh.size + forgettable.size;
  }

  function holderOf(key: string, token: string): Held | undefined {
    const holder = held.get(key);
    return holder?.token === token && holder.leaseUntil > now() ? holder : undefined;
  }

  function sweep(at: number): void {
    for (let left = SWEEP; left > 0; left--) {
      const [key, record] = fresh.oldest() ?? [];
      if (key === undefined || record === undefined || record.freshUntil > at) break;
      fresh.delete(key);
      forgettable.set(key, record);
    }
    for (let left = SWEEP; left > 0; left--) {
      const [key, record] = forgettable.oldest() ?? [];
      if (key === undefined || record === undefined || record.expiresAt > at) break;
      forgettable.delete(key);
    }
    let left = SWEEP;
    for (const [key, holder] of held) {
      if (left-- === 0 || holder.leaseUntil > at) break;
      held.delete(key);
    }
  }

  /** Makes place for one more; false where nothing may be forgotten. */
  function makePlace(at: number): boolean {
    if (size() < maxKeys) return true;
    if (forgettable.size === 0 && at >= nothingToForgetBefore) {
      nothingToForgetBefore = Number.POSITIVE_INFINITY;
      for (const [key, record] of fresh.entries()) {
        if (record.freshUntil > at) {
          nothingToForgetBefore = Math.min(nothingToForgetBefore, record.freshUntil);
          continue;
        }
        fresh.delete(key);
        forgettable.set(key, record);
      }
      for (const [key, holder] of held) {
        if (holder.leaseUntil <= at) held.delete(key);
        else nothingToForgetBefore = Math.min(nothingToForgetBefore, holder.leaseUntil);
      }
      if (size() < maxKeys) return true;
    }
    const oldest = forgettable.oldest();
    if (oldest === undefined) return false;
    forgettable.delete(oldest[0]);
    if (oldest[1].expiresAt > at) evicted++;
    return true;
  }

  return {
    get size() {
      return size();
    },
    get evicted() {
      return evicted;
    },

    async claim(key, { token, leaseMs }): Promise<ClaimResult> {
      const at = now();
      sweep(at);
      const record = fresh.get(key) ?? forgettable.get(key);
      if (record !== undefined) {
        if (record.expiresAt > at) return { status: "processed" };
        fresh.delete(key);
        forgettable.delete(key);
      }
      const holder = held.get(key);
      if (holder !== undefined) {
        if (holder.leaseUntil > at) {
          return { status: "in_flight", retryAfterMs: holder.leaseUntil - at };
        }
        held.delete(key);
      }
      if (!makePlace(at)) {
        throw new Error(
          `memoryStore is full: all of its ${maxKeys} events are in flight or could still be replayed. Raise maxKeys, or use a store with a database.`,
        );
      }
      held.set(key, { token, leaseUntil: at + leaseMs });
      return { status: "claimed" };
    },

    async extend(key, { token, leaseMs }): Promise<boolean> {
      const holder = holderOf(key, token);
      if (holder === undefined) return false;
      holder.leaseUntil = now() + leaseMs;
      return true;
    },

    async complete(key, { token, retentionMs, freshMs = 0 }): Promise<boolean> {
      if (holderOf(key, token) === undefined) return false;
      held.delete(key);
      const at = now();
      const record = { expiresAt: at + retentionMs, freshUntil: at + freshMs };
      (freshMs > 0 ? fresh : forgettable).set(key, record);
      nothingToForgetBefore = 0;
      return true;
    },

    async release(key, { token }): Promise<boolean> {
      return holderOf(key, token) !== undefined && held.delete(key);
    },
  };
}
