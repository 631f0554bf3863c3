import type { SettlementCallbacks } from "./settlement.ts";

/** The right to process one event, held under a lease and a token. It ends once, by `complete` or `release`. */
export interface Claim {
  /** The dedup key as the store knows it; undefined where no record is kept. */
  readonly key: string | undefined;
  /** Names this claim; unguessable. */
  readonly token: string;
  /**
   * Aborts when the claim is lost (`reason.code` is `claim_lost`): the lease ended and somebody else may be processing the event. Stop what
   * can be stopped; the claim can no longer be completed.
   */
  readonly signal: AbortSignal;
  /**
   * The event is processed; duplicates are answered without a handler from now on.
   *
   * @returns false where the claim was lost or released before, or the store could not be reached
   */
  complete(): Promise<boolean>;
  /**
   * Gives the event back, so that the provider's retry is processed.
   *
   * @param cause what went wrong: for `onReceipt`, and a warning where it comes after the claim was settled
   * @returns false where the claim was lost or completed before, or the store could not be reached
   */
  release(cause?: unknown): Promise<boolean>;
  /**
   * Keeps the claim until `work` has ended: the answer goes out at once, and the event counts as processed only then. Where `work` rejects,
   * the claim is released and the error told. The sender has its 2xx by then and won't send again: what must not be lost belongs into a
   * queue or an inbox.
   *
   * @param work goes on after the answer; call this before the handler returns
   */
  waitUntil(work: Promise<unknown>): void;
  /**
   * With an SQL store: completes inside the transaction that is open on `client`, so that the handler's effects and the dedup
   * record commit together or not at all. Where the transaction is run again after it failed, call this again in it.
   *
   * With a synchronous store (SQLite) it is done, or has thrown, when it returns: it can be used inside a synchronous transaction.
   *
   * @param client the user's own client or connection, in a transaction
   * @throws `claim_lost` where the claim is gone: let the transaction roll back
   */
  completeIn?(client: unknown): Promise<void>;
}

/** How long a claim holds, and how long its event is remembered. */
export interface LeaseTerms {
  readonly leaseMs: number;
  readonly maxProcessingMs: number;
  readonly retentionMs: number;
  readonly storeTimeoutMs: number;
}

/** The options of `holdClaim`. */
export interface ClaimTerms extends LeaseTerms {
  /** For how long the delivery would still verify, in milliseconds: its record must outlive that. */
  readonly freshMs: number;
  /** Called when the claim is `maxProcessingMs` old, and its handler has not come to an end. */
  readonly onOverdue?: () => void;
  readonly told: SettlementCallbacks;
}

/** The part of them that `freeClaim` needs. */
export type FreeClaimTerms = Pick<ClaimTerms, "maxProcessingMs" | "onOverdue" | "told">;
