import type { ClaimResult, ClaimStore } from "./claim-store.ts";
import type { Settlement } from "./settlement.ts";

/** The first gap between two questions to the store, in milliseconds. Each is twice the one before. */
const FIRST_GAP_MS = 25;
const LONGEST_GAP_MS = 1000;
/** How long before the time is up the store is asked for the last time, so that its answer comes in time. */
const LAST_ASK_MS = 50;
const PROCESSED: ClaimResult = { status: "processed" };

/** The deliveries of one event that wait in this process while another delivery of it is processed, here or elsewhere. */
class WaitingRoom {
  /** Each ends the wait of one delivery; in the order in which they came. */
  readonly #waiting = new Set<(settlement?: Settlement) => void>();
  /** Each ends the question that one delivery has put to the store. */
  readonly #asking = new Set<() => void>();
  #gapMs = FIRST_GAP_MS;
  #nextAskAtMs = performance.now() + FIRST_GAP_MS;
  /** How many deliveries are in it, those included that ask the store just now. */
  size = 0;

  /** Waits for the end of the other delivery, but no longer than until somebody has to ask the store, or until `untilMs`. */
  wait(untilMs: number): Promise<Settlement | undefined> {
    const ms = Math.min(this.#nextAskAtMs, untilMs) - performance.now();
    return new Promise((resolve) => {
      const end = (settlement?: Settlement): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve(settlement);
      };
      const timer = setTimeout(end, Math.max(0, ms));
      this.#waiting.add(end);
    });
  }

  /**
   * Waits for an answer of the store, which may hang, but no longer than until the other delivery is completed: then nothing is left to be
   * claimed, whatever the store will say.
   */
  unlessCompleted(answer: Promise<ClaimResult>): Promise<ClaimResult> {
    return new Promise((resolve) => {
      const end = (result: ClaimResult = PROCESSED): void => {
        this.#asking.delete(end);
        resolve(result);
      };
      this.#asking.add(end);
      void answer.then(end);
    });
  }

  /** Takes the turn to ask the store; false where it has been taken since. The next turn comes after a longer gap. */
  takeTurn(): boolean {
    const nowMs = performance.now();
    if (nowMs < this.#nextAskAtMs) return false;
    this.#nextAskAtMs = nowMs + this.#gapMs;
    this.#gapMs = Math.min(this.#gapMs * 2, LONGEST_GAP_MS);
    return true;
  }

  /** Tells those who wait how the other delivery ended. After a release one of them goes on, and the others wait for that one. */
  end(settlement: Settlement): void {
    if (settlement === "completed") {
      for (const end of this.#waiting) end(settlement);
      for (const end of this.#asking) end();
    }
    if (settlement === "released") {
      for (const end of [...this.#waiting].slice(0, 1)) end(settlement);
    }
  }
}

const rooms = new WeakMap<ClaimStore, Map<string, WaitingRoom>>();

/** Tells the deliveries of an event that wait in this process how the one that was processed has ended. */
export function endWait(store: ClaimStore, key: string, settlement: Settlement): void {
  rooms.get(store)?.get(key)?.end(settlement);
}

/**
 * Waits while another delivery holds the claim on a key, then goes on as if it had arrived now: the event is processed, or the claim
 * can be had.
 *
 * If the other one ends in this process, the wait ends at once. Other processes are found out about by asking the store, in growing
 * gaps; of all deliveries of the event that wait in this process, one asks.
 *
 * @param untilMs when to give up, by `performance.now()`
 * @param ask claims the key, within the milliseconds that it is given; where it rejects, the store is away, and the wait goes on
 * @returns `in_flight` where the time is up
 */
export async function waitForClaim(
  store: ClaimStore,
  key: string,
  untilMs: number,
  ask: (withinMs: number) => Promise<ClaimResult>,
): Promise<ClaimResult> {
  const room = enter(store, key);
  const lastAskAtMs = untilMs - LAST_ASK_MS;
  let result: ClaimResult = { status: "in_flight", retryAfterMs: 1000 };
  let isAskedLast = false;
  try {
    while (performance.now() < untilMs) {
      // One step after the other: each depends on what the store says.
      // oxlint-disable-next-line no-await-in-loop
      const settlement = await room.wait(isAskedLast ? untilMs : lastAskAtMs);
      if (settlement === "completed") return PROCESSED;
      const nowMs = performance.now();
      const isLast: boolean = nowMs >= lastAskAtMs && !isAskedLast;
      if (settlement === undefined && !isLast && !room.takeTurn()) continue;
      if (nowMs >= untilMs) break;
      isAskedLast ||= isLast;
      const answer: Promise<ClaimResult> = ask(untilMs - nowMs).catch(() => result);
      // oxlint-disable-next-line no-await-in-loop
      result = await room.unlessCompleted(answer);
      if (result.status === "processed") room.end("completed");
      if (result.status !== "in_flight") break;
    }
    return result;
  } finally {
    leave(store, key, room);
  }
}

function enter(store: ClaimStore, key: string): WaitingRoom {
  let ofStore = rooms.get(store);
  if (ofStore === undefined) rooms.set(store, (ofStore = new Map()));
  let room = ofStore.get(key);
  if (room === undefined) ofStore.set(key, (room = new WaitingRoom()));
  room.size++;
  return room;
}

function leave(store: ClaimStore, key: string, room: WaitingRoom): void {
  if (--room.size === 0) rooms.get(store)?.delete(key);
}
