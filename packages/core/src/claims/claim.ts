import { WebhookError } from "../base/errors.ts";
import type { ClaimStore } from "./claim-store.ts";
import { type Settlement, type SettlementCallbacks, tellOnce } from "./settlement.ts";
import { withTimeout } from "../base/timeout.ts";

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

const GONE = "its lease ended, and another delivery of the event may have taken it over";

/** How long a claim holds, and how long its event is remembered. */
export interface LeaseTerms {
  readonly leaseMs: number;
  readonly maxProcessingMs: number;
  readonly retentionMs: number;
  readonly storeTimeoutMs: number;
}

/** What {@link holdClaim} needs to know. */
export interface ClaimTerms extends LeaseTerms {
  /** For how long the delivery would still verify, in milliseconds: its record must outlive that. */
  readonly freshMs: number;
  /** Called when the claim is `maxProcessingMs` old, and its handler has not come to an end. */
  readonly onOverdue?: () => void;
  readonly told: SettlementCallbacks;
}

/** What {@link freeClaim} needs to know of them. */
export type FreeClaimTerms = Pick<ClaimTerms, "maxProcessingMs" | "onOverdue" | "told">;

/** A claim as the store's side makes it. */
type BareClaim = Omit<Claim, "waitUntil">;

/** A claim on nothing: where no record is kept, or the store is away and events are accepted all the same. */
export function freeClaim(
  token: string,
  { maxProcessingMs, onOverdue, told: callbacks }: FreeClaimTerms,
): BareClaim {
  const told = tellOnce(callbacks);
  let settled: Settlement | undefined;
  const overdue = later(maxProcessingMs, () => onOverdue?.());
  const settle = (settlement: "completed" | "released", cause?: unknown): Promise<boolean> => {
    clearTimeout(overdue);
    settled ??= settlement;
    told.onSettled(settled, cause, cause !== undefined);
    return Promise.resolve(settled === settlement);
  };
  return {
    key: undefined,
    token,
    signal: new AbortController().signal,
    complete: () => settle("completed"),
    release: (cause) => settle("released", cause),
  };
}

/**
 * Holds a claim that the store has just granted: renews the lease until the claim is settled, lost, or older than
 * `maxProcessingMs`.
 *
 * @param grantedAtMs `performance.now()` from before the store was asked: the lease can't have begun earlier
 */
export function holdClaim(
  store: ClaimStore,
  key: string,
  token: string,
  grantedAtMs: number,
  terms: ClaimTerms,
): BareClaim {
  const { leaseMs, maxProcessingMs, retentionMs, freshMs, storeTimeoutMs, onOverdue } = terms;
  const lost = new AbortController();
  let settlement: Promise<Settlement> | undefined;
  /** How the user's own transaction stands that completes the claim; while there is one, nothing renews the lease. */
  let inTransaction: "asked" | "completed" | undefined;
  let heldUntilMs = grantedAtMs + leaseMs;
  let heartbeat: ReturnType<typeof setTimeout> | undefined;
  let expiry: ReturnType<typeof setTimeout> | undefined;
  let isOverdue = false;
  const told = tellOnce(terms.told);

  const overdue = later(maxProcessingMs, () => {
    isOverdue = true;
    onOverdue?.();
    if (lost.signal.aborted) told.onSettled("lost", lost.signal.reason);
  });

  const lose = (why: string): void => {
    stop();
    if (!lost.signal.aborted) {
      lost.abort(
        new WebhookError(
          "claim_lost",
          `The claim on the event is lost: ${why}. Its effects may be made twice; roll back what can be.`,
        ),
      );
      if (isOverdue) told.onSettled("lost", lost.signal.reason);
    }
  };

  function stop(): void {
    clearTimeout(heartbeat);
    clearTimeout(expiry);
  }

  /** Where nothing renews the lease in time, it is over for us, whatever the store would say. */
  function watchExpiry(): void {
    clearTimeout(expiry);
    expiry = later(heldUntilMs - performance.now(), () =>
      lose(`its lease of ${leaseMs} ms ended without being renewed`),
    );
  }

  async function beat(): Promise<void> {
    const askedAtMs = performance.now();
    if (ended() || askedAtMs - grantedAtMs >= maxProcessingMs) return;
    try {
      const extended = await withTimeout(store.extend(key, { token, leaseMs }), storeTimeoutMs);
      if (ended()) return;
      if (!extended) {
        lose(GONE);
        return;
      }
      heldUntilMs = askedAtMs + leaseMs;
      watchExpiry();
    } catch {
      // The store is away: the next beat may reach it, or the lease ends.
    }
    if (!ended()) schedule();
  }

  function ended(): boolean {
    return settlement !== undefined || inTransaction !== undefined || lost.signal.aborted;
  }

  function schedule(): void {
    clearTimeout(heartbeat);
    heartbeat = later(leaseMs / 3, () => void beat());
  }

  function settle(
    wanted: "completed" | "released",
    work: () => Promise<boolean>,
    why?: unknown,
  ): Promise<boolean> {
    if (settlement !== undefined && why !== undefined) {
      void settlement.then(() => told.onLateError(why));
    }
    settlement ??= (async (): Promise<Settlement> => {
      stop();
      clearTimeout(overdue);
      try {
        const done = await withTimeout(work(), storeTimeoutMs);
        // What was completed in a transaction can be released only where that was rolled back.
        const refused = inTransaction === "completed" ? "completed" : "lost";
        const outcome = done ? wanted : refused;
        if (outcome === "lost") lose(GONE);
        told.onSettled(outcome, why, why !== undefined);
        return outcome;
      } catch (cause) {
        told.onSettled("failed", cause);
        told.onLateError(why);
        return "failed";
      }
    })();
    return settlement.then((outcome) => outcome === wanted);
  }

  watchExpiry();
  schedule();

  return {
    key,
    token,
    signal: lost.signal,
    complete: () =>
      settle("completed", () =>
        inTransaction === "completed"
          ? Promise.resolve(true)
          : store.complete(key, { token, retentionMs, freshMs }),
      ),
    release: (cause) => settle("released", () => store.release(key, { token }), cause),
    ...(store.completeIn && { completeIn }),
  };

  // Not async: it has to throw before a synchronous transaction commits.
  function completeIn(client: unknown): Promise<void> {
    if (settlement !== undefined) {
      throw new WebhookError(
        "claim_lost",
        "The claim has been settled before: call completeIn() before the response ends, and neither complete() nor release() before it.",
      );
    }
    // First, since a heartbeat on another connection would wait for the row that this transaction locks.
    stop();
    inTransaction = "asked";
    try {
      const done = store.completeIn?.(client as never, key, { token, retentionMs }) ?? false;
      if (done instanceof Promise) return done.then(confirm, resume);
      confirm(done);
    } catch (error) {
      resume(error);
    }
    return Promise.resolve();
  }

  function confirm(done: boolean): void {
    inTransaction = done ? "completed" : undefined;
    if (done) return;
    lose(GONE);
    throw lost.signal.reason;
  }

  /** The claim is still ours, and the user may run the transaction again. */
  function resume(error: unknown): never {
    inTransaction = undefined;
    if (!ended()) {
      watchExpiry();
      void beat();
    }
    throw error;
  }
}

/** A timer that keeps no process alive. */
function later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
  const timer = setTimeout(run, Math.max(0, ms));
  if (typeof timer === "object") (timer as { unref?: () => void }).unref?.();
  return timer;
}
