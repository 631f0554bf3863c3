import type { Awaitable } from "../base/awaitable.ts";

/** The outcome of {@link ClaimStore.claim}. */
export type ClaimResult =
  | { status: "claimed" }
  /** Somebody else holds the lease; `retryAfterMs`: how long it still runs. */
  | { status: "in_flight"; retryAfterMs: number }
  | { status: "processed" };

/**
 * Remembers which events were handled, and who is handling which right now.
 *
 * Each call is one atomic step in the store and one round trip; time is the store's own clock, so that receivers whose
 * clocks differ agree. A key has at most one record: *claimed* (a token and when its lease ends) or *processed* (when it may be
 * forgotten). A store in the process's own memory may answer at once, without a promise. A claim whose lease has ended is as good as none. Pass `claimStoreCases` of `@countersign/core/testing` to prove
 * an implementation.
 */
export interface ClaimStore {
  /**
   * Takes the right to process an event.
   *
   * @param key any string up to 1 KiB; compare it byte for byte
   * @param options `token`: names this claim, unguessable and new for each; `leaseMs`: how long the claim holds without {@link extend}
   */
  claim(key: string, options: { token: string; leaseMs: number }): Awaitable<ClaimResult>;

  /**
   * Renews the lease to `leaseMs` from now.
   *
   * @returns false where the record is not (or no longer) this token's claim, or its lease has ended; nothing was changed
   */
  extend(key: string, options: { token: string; leaseMs: number }): Awaitable<boolean>;

  /**
   * Ends the claim: the event is processed, and every later `claim` says so until `retentionMs` have passed.
   *
   * @param options `retentionMs`: how long to remember; `freshMs`: for how much of it the signature still verifies: a store
   *   that must forget early forgets only what is past this
   * @returns false where the lease went to another token or has ended; nothing was changed
   */
  complete(
    key: string,
    options: { token: string; retentionMs: number; freshMs?: number },
  ): Awaitable<boolean>;

  /**
   * Gives the claim back, so that the provider's retry is processed.
   *
   * @returns false where the record is not (or no longer) this token's claim; nothing was changed
   */
  release(key: string, options: { token: string }): Awaitable<boolean>;

  /**
   * Only of stores that can take part in the user's own transaction: like {@link complete}, with the statement run on the client
   * (or connection) that the user's transaction is open on.
   *
   * @param client what the store's documentation names
   * @returns false where the claim is gone; the caller throws then, so that the transaction rolls back. No promise where the database
   *   is synchronous: a promise would be late for a synchronous transaction
   */
  completeIn?(
    client: never,
    key: string,
    options: { token: string; retentionMs: number },
  ): Promise<boolean> | boolean;
}
