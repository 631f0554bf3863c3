import { messageOf } from "../base/errors.ts";
import type { Claim } from "../claims/claim.ts";
import type { WebhookEvent } from "../verify/event.ts";
import type { ReceiptRecord } from "./receipt.ts";
import type { ReceiverLog } from "./receiver-log.ts";
import type { RequestFacts } from "./request-facts.ts";

/** A delivery that has just arrived: nothing of it is verified. */
export interface Arrival extends RequestFacts {
  readonly provider: string;
  readonly endpoint: string;
}

/** Follows one delivery from its arrival to its last record, for tracing: made by an {@link Observer}. */
export interface Observation {
  /**
   * Runs a part of the work, in whatever context its own work shall find: called for the decision, and for the handler of an accepted
   * delivery.
   *
   * @param work never throws, and is asynchronous: it has begun when it returns. Call it once, before this returns
   */
  run(work: () => void): void;
  /** Gets the event of a delivery that is verified, before the store is asked. */
  verified?(event: WebhookEvent): void;
  /** Gets each record that `onReceipt` gets: one, and for a handler that failed too late a second one (`late`). */
  report(record: ReceiptRecord): void;
}

/** Called for every delivery when it arrives; returns what follows it, or nothing. What it throws is a warning and fails no delivery. */
export type Observer = (arrival: Arrival) => Observation | undefined;

/** Runs work inside an observation. Nothing that an observer does wrong keeps the work from being done, once. */
export type RunObserved = <Result>(work: () => Result) => Result;

/** Makes the guarded `run` of an observation. */
export function runObservedBy(observation: Observation, log: ReceiverLog): RunObserved {
  return <Result>(work: () => Result): Result => {
    let settled: (() => Result) | undefined;
    const begin = (): void => {
      settled ??= attempt(work);
    };
    log.guard("observe().run", () => observation.run(begin));
    // For an observer that has not called it.
    begin();
    return (settled ?? work)();
  };
}

/** Does the work, and returns what gives its result or throws what it threw. */
function attempt<Result>(work: () => Result): () => Result {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Asks an observer to follow a delivery. */
export function observed(
  observe: Observer,
  arrival: Arrival,
  log: ReceiverLog,
): Observation | undefined {
  try {
    return observe(arrival);
  } catch (error) {
    log.warn({ code: "callback_failed", message: `observe threw: ${messageOf(error)}` });
    return undefined;
  }
}

/** How the handler of an accepted delivery is run, where something observes it. */
const runners = new WeakMap<Claim, RunObserved>();

/** Has the handler of a claim run in an observation. */
export function observeHandler(claim: Claim, run: RunObserved): void {
  runners.set(claim, run);
}

/**
 * For adapters: runs the handler of an accepted delivery where `observe` wants it to run, so that its spans belong to the delivery.
 *
 * @param claim the receipt's
 * @param work the handler, or what leads to it
 * @returns what `work` returns; throws what it throws
 */
export function runHandler<Result>(claim: Claim, work: () => Result): Result {
  const run = runners.get(claim);
  return run === undefined ? work() : run(work);
}
