import type { ClaimStore } from "../claims/claim-store.ts";
import type { Claim } from "../claims/claim.ts";
import type { WebhookEvent } from "../verify/event.ts";

/**
 * Keeps verified events until a worker has processed them, so that a receiver can answer at once. `createInbox()` of
 * `@countersign/inbox` makes one.
 */
export interface EventInbox {
  /**
   * Stores an event. Resolves when the event is as safe as the inbox can make it; rejects when it may not be stored.
   *
   * Stores an event once for each `claim.key`: when the same key comes again, the first record stays and nothing is added.
   *
   * @param event the verified event
   * @param claim its claim; an inbox in the database of `store` completes it in the transaction that stores the event
   * @param store the receiver's store; undefined where no records are kept
   */
  store(event: WebhookEvent, claim: Claim, store: ClaimStore | undefined): Promise<void>;
}
