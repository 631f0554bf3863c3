import { AgingMap } from "./aging-map.ts";
import type { ClaimResult } from "./claim-store.ts";

/** Somebody holds the claim on a key. */
interface Held {
  readonly token: string;
  leaseUntil: number;
}

/** Processed, and not to be forgotten yet: until `freshUntil` a replay would still verify. */
interface Fresh {
  readonly expiresAt: number;
  readonly freshUntil: number;
}

/** How many records one call looks at the most to clear away what has expired, so that no call is slow. */
const SWEEP = 8;

const CLAIMED: ClaimResult = Object.freeze({ status: "claimed" });
const PROCESSED: ClaimResult = Object.freeze({ status: "processed" });

/**
 * The records of a memory store: at most `maxKeys`, and what has expired is cleared away with each new claim.
 *
 * Most of what it costs is memory that no cache holds. So a claim becomes the record of its event in its place, and of a processed event
 * nothing is kept but the key and a number.
 */
export class MemoryRecords {
  readonly #maxKeys: number;
  /** Each is held; or processed and may be forgotten, and then it says until when it is remembered all the same. The oldest goes first. */
  readonly #records = new AgingMap<Held | number>();
  #heldCount = 0;
  /** In the order of completion. */
  readonly #fresh = new AgingMap<Fresh>();
  /** While nothing may be forgotten, looking through all records again before this time finds nothing. */
  #nothingToForgetBefore = -Infinity;
  /** How many processed events were forgotten before their retention was over. */
  evicted = 0;

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#records.size + this.#fresh.size;
  }

  /** Claims a key at a time; undefined where there is no place for one more. */
  claim(key: string, token: string, leaseMs: number, at: number): ClaimResult | undefined {
    this.#sweep(at);
    const fresh = this.#fresh.get(key);
    if (fresh !== undefined) {
      if (fresh.expiresAt > at) return PROCESSED;
      this.#fresh.delete(key);
    }
    const record = this.#records.get(key);
    if (record !== undefined) {
      const until = endOf(record);
      if (until > at) {
        return isHeld(record) ? { status: "in_flight", retryAfterMs: until - at } : PROCESSED;
      }
      this.#forget(key, record);
    }
    if (!this.#makePlace(at)) return undefined;
    const held = { token, leaseUntil: 0 };
    this.#lease(held, leaseMs, at);
    this.#records.set(key, held);
    this.#heldCount++;
    return CLAIMED;
  }

  extend(key: string, token: string, leaseMs: number, at: number): boolean {
    const held = this.#heldBy(key, token, at);
    if (held === undefined) return false;
    this.#lease(held, leaseMs, at);
    return true;
  }

  complete(key: string, token: string, { expiresAt, freshUntil }: Fresh, at: number): boolean {
    const held = this.#heldBy(key, token, at);
    if (held === undefined) return false;
    if (freshUntil > at) {
      this.#forget(key, held);
      this.#fresh.set(key, { expiresAt, freshUntil });
    } else {
      this.#heldCount--;
      this.#records.set(key, expiresAt);
    }
    this.#nothingToForgetBefore = -Infinity;
    return true;
  }

  release(key: string, token: string, at: number): boolean {
    const held = this.#heldBy(key, token, at);
    if (held === undefined) return false;
    this.#forget(key, held);
    return true;
  }

  #lease(held: Held, leaseMs: number, at: number): void {
    held.leaseUntil = at + leaseMs;
    this.#nothingToForgetBefore = Math.min(this.#nothingToForgetBefore, held.leaseUntil);
  }

  #heldBy(key: string, token: string, at: number): Held | undefined {
    const record = this.#records.get(key);
    if (record === undefined || !isHeld(record)) return undefined;
    return record.token === token && record.leaseUntil > at ? record : undefined;
  }

  #forget(key: string, record: Held | number): void {
    if (isHeld(record)) this.#heldCount--;
    this.#records.delete(key);
  }

  /** A replay would no longer verify: from now on the record may be forgotten. */
  #age(key: string, { expiresAt }: Fresh): void {
    this.#fresh.delete(key);
    this.#records.set(key, expiresAt);
  }

  /** What is held for long is not to hide what stands behind it. */
  #moveToEnd(key: string, held: Held): void {
    this.#records.delete(key);
    this.#records.set(key, held);
  }

  #sweep(at: number): void {
    for (let left = SWEEP; left > 0; left--) {
      const oldest = this.#fresh.oldest();
      if (oldest === undefined || oldest[1].freshUntil > at) break;
      this.#age(...oldest);
    }
    for (let left = SWEEP; left > 0; left--) {
      const oldest = this.#records.oldest();
      if (oldest === undefined) break;
      const [key, record] = oldest;
      if (endOf(record) > at) {
        if (isHeld(record)) this.#moveToEnd(key, record);
        break;
      }
      this.#forget(key, record);
    }
  }

  /** Makes place for one more; false where nothing may be forgotten. */
  #makePlace(at: number): boolean {
    if (this.size < this.#maxKeys) return true;
    if (this.#records.size === this.#heldCount && at >= this.#nothingToForgetBefore) {
      this.#lookForForgettable(at);
      if (this.size < this.#maxKeys) return true;
    }
    while (this.#records.size > this.#heldCount) {
      const oldest = this.#records.oldest();
      if (oldest === undefined) break;
      const [key, record] = oldest;
      if (isHeld(record) && record.leaseUntil > at) {
        this.#moveToEnd(key, record);
        continue;
      }
      this.#forget(key, record);
      if (endOf(record) > at) this.evicted++;
      return true;
    }
    return false;
  }

  /** Looks through all records where none may be forgotten, and notes when doing so again can find anything. */
  #lookForForgettable(at: number): void {
    let next = Infinity;
    for (const [key, record] of this.#records.entries()) {
      const until = endOf(record);
      if (until > at) next = Math.min(next, until);
      else this.#forget(key, record);
    }
    for (const [key, fresh] of this.#fresh.entries()) {
      if (fresh.freshUntil > at) next = Math.min(next, fresh.freshUntil);
      else this.#age(key, fresh);
    }
    this.#nothingToForgetBefore = next;
  }
}

function isHeld(record: Held | number): record is Held {
  return typeof record === "object";
}

/** When the lease of a claim ends, or a processed event is no longer remembered. */
function endOf(record: Held | number): number {
  return isHeld(record) ? record.leaseUntil : record;
}
