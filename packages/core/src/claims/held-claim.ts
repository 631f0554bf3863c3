import { after, type Awaitable, isPending } from "../base/awaitable.ts";
import { WebhookError } from "../base/errors.ts";
import { withTimeout } from "../base/timeout.ts";
import { type ClaimHolder, claimOf } from "./claim-of.ts";
import type { ClaimStore } from "./claim-store.ts";
import type { Claim, ClaimTerms } from "./claim.ts";
import { LazySignal } from "./lazy-signal.ts";
import { GONE, Lease, type LeaseHolder } from "./lease.ts";
import { type Settlement, ToldOnce } from "./settlement.ts";
import { endWait } from "./waiting.ts";

/**
 * Holds a claim that the store has just granted: renews its lease until the claim is settled, lost, or older than `maxProcessingMs`.
 *
 * @param grantedAtMs `performance.now()` from before the store was asked
 */
export function holdClaim(
  store: ClaimStore,
  key: string,
  token: string,
  grantedAtMs: number,
  terms: ClaimTerms,
): Claim {
  const held = new HeldClaim(store, key, token, grantedAtMs, terms);
  const claim = claimOf(key, token, held, terms.told);
  if (store.completeIn === undefined) return claim;
  return Object.assign(claim, { completeIn: (client: unknown) => held.completeIn(client) });
}

class HeldClaim implements ClaimHolder, LeaseHolder {
  readonly lost = new LazySignal();
  readonly #store: ClaimStore;
  readonly #key: string;
  readonly #token: string;
  readonly #terms: ClaimTerms;
  readonly #told: ToldOnce;
  readonly #lease: Lease;
  #isSettling = false;
  #settlement: Awaitable<Settlement> | undefined;
  /** How the user's own transaction stands that completes the claim; while there is one, nothing renews the lease. */
  #inTransaction: "asked" | "completed" | undefined;
  #isOverdue = false;

  constructor(
    store: ClaimStore,
    key: string,
    token: string,
    grantedAtMs: number,
    terms: ClaimTerms,
  ) {
    this.#store = store;
    this.#key = key;
    this.#token = token;
    this.#terms = terms;
    this.#told = new ToldOnce(terms.told);
    this.#lease = new Lease(store, key, token, grantedAtMs, terms, this);
  }

  /** Completes or releases, the first time it is called. Answers at once where the store does. */
  settle(isProcessed: boolean, cause: unknown): Awaitable<boolean> {
    const wanted = isProcessed ? "completed" : "released";
    if (this.#isSettling) this.#tellLate(cause);
    else {
      this.#isSettling = true;
      this.#settlement = this.#end(wanted, cause);
    }
    // Undefined for a listener of `signal` that settles while this very settlement is found to be lost.
    if (this.#settlement === undefined) return false;
    return after(this.#settlement, (outcome) => outcome === wanted);
  }

  /** Not async: it has to throw before a synchronous transaction commits. */
  completeIn(client: unknown): Promise<void> {
    if (this.#isSettling) {
      throw new WebhookError(
        "claim_lost",
        "The claim has been settled before: call completeIn() before the response ends, and neither complete() nor release() before it.",
      );
    }
    // First, since a heartbeat on another connection would wait for the row that this transaction locks.
    this.#lease.pause();
    this.#inTransaction = "asked";
    try {
      const { retentionMs } = this.#terms;
      const options = { token: this.#token, retentionMs };
      const done = this.#store.completeIn?.(client as never, this.#key, options) ?? false;
      if (done instanceof Promise) {
        return done.then(
          (isDone) => this.#confirm(isDone),
          (error: unknown) => this.#resume(error),
        );
      }
      this.#confirm(done);
    } catch (error) {
      this.#resume(error);
    }
    return Promise.resolve();
  }

  #end(wanted: "completed" | "released", cause: unknown): Awaitable<Settlement> {
    this.#lease.stop();
    let answer: Awaitable<boolean>;
    try {
      answer = this.#ask(wanted);
    } catch (reason) {
      return this.#fail(reason, cause);
    }
    if (!isPending(answer)) return this.#conclude(answer, wanted, cause);
    return withTimeout(answer, this.#terms.storeTimeoutMs).then(
      (isDone) => this.#conclude(isDone, wanted, cause),
      (reason: unknown) => this.#fail(reason, cause),
    );
  }

  #conclude(isDone: boolean, wanted: "completed" | "released", cause: unknown): Settlement {
    // What was completed in a transaction can be released only where that was rolled back.
    const refused = this.#inTransaction === "completed" ? "completed" : "lost";
    const outcome = isDone ? wanted : refused;
    if (outcome === "lost") this.lose(GONE);
    this.#tell(outcome, cause, cause !== undefined);
    return outcome;
  }

  #fail(reason: unknown, cause: unknown): Settlement {
    this.#tell("failed", reason);
    this.#told.lateError(cause);
    return "failed";
  }

  /** Tells how it ended, also to those who wait for it in this process. */
  #tell(settlement: Settlement, error: unknown, isHandlers = false): void {
    endWait(this.#store, this.#key, settlement);
    this.#told.settled(settlement, error, isHandlers);
  }

  #ask(wanted: "completed" | "released"): Awaitable<boolean> {
    const token = this.#token;
    if (wanted === "released") return this.#store.release(this.#key, { token });
    if (this.#inTransaction === "completed") return true;
    const { retentionMs, freshMs } = this.#terms;
    return this.#store.complete(this.#key, { token, retentionMs, freshMs });
  }

  /** Tells of an error that came after the claim was settled: once the settlement itself has been told. */
  #tellLate(cause: unknown): void {
    if (cause === undefined) return;
    void Promise.resolve(this.#settlement).then(() => this.#told.lateError(cause));
  }

  noteOverdue(): void {
    this.#isOverdue = true;
    this.#terms.onOverdue?.();
    if (this.lost.reason !== undefined) this.#tell("lost", this.lost.reason);
  }

  lose(why: string): void {
    this.#lease.end();
    if (this.lost.reason !== undefined) return;
    const reason = new WebhookError(
      "claim_lost",
      `The claim on the event is lost: ${why}. Its effects may be made twice; roll back what can be.`,
    );
    this.lost.abort(reason);
    if (this.#isOverdue) this.#tell("lost", reason);
  }

  #confirm(isDone: boolean): void {
    this.#inTransaction = isDone ? "completed" : undefined;
    if (isDone) return;
    this.lose(GONE);
    throw this.lost.reason;
  }

  /** The claim is still ours, and the user may run the transaction again. */
  #resume(error: unknown): never {
    this.#inTransaction = undefined;
    if (!this.#isSettling) this.#lease.resume();
    throw error;
  }
}
