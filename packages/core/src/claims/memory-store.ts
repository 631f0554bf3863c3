import { configError } from "../base/errors.ts";
import type { ClaimStore } from "./claim-store.ts";
import { MemoryRecords } from "./memory-records.ts";

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many events it holds at the most, about 300 bytes each. Default 100 000. */
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
  const records = new MemoryRecords(maxKeys);
  // Counted from here, a time is a small integer to V8 for the next 24 days. One that is not has to be an object.
  const startedAtMs = now();
  const nowMs = (): number => now() - startedAtMs;
  return {
    get size() {
      return records.size;
    },
    get evicted() {
      return records.evicted;
    },
    // None is async: a claim that is answered at once spares a delivery the promises, and the timer that watches over them.
    claim: (key, { token, leaseMs }) =>
      records.claim(key, token, leaseMs, nowMs()) ??
      Promise.reject(
        new Error(
          `memoryStore is full: all of its ${maxKeys} events are in flight or could still be replayed. Raise maxKeys, or use a store with a database.`,
        ),
      ),
    extend: (key, { token, leaseMs }) => records.extend(key, token, leaseMs, nowMs()),
    complete: (key, { token, retentionMs, freshMs = 0 }) => {
      const at = nowMs();
      const record = { expiresAt: at + retentionMs, freshUntil: at + freshMs };
      return records.complete(key, token, record, at);
    },
    release: (key, { token }) => records.release(key, token, nowMs()),
  };
}
