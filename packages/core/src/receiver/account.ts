import { messageOf } from "../base/errors.ts";
import type { Settlement, SettlementCallbacks } from "../claims/settlement.ts";
import { noteAnswer } from "./note-answer.ts";
import {
  isHeard,
  type Progress,
  type Receiving,
  recordOf,
  settledRecord,
  tell,
} from "./progress.ts";
import type { Receipt, ReceiptRecord } from "./receipt.ts";

/**
 * The record of a delivery from the decision about it to the end of its claim. Where nobody gets records, none is made.
 *
 * A class: what a claim calls back are methods then, and no delivery makes functions of its own.
 */
export class Account implements SettlementCallbacks {
  readonly #receiving: Receiving;
  readonly #progress: Progress;
  #record: ReceiptRecord | undefined;

  constructor(receiving: Receiving, progress: Progress) {
    this.#receiving = receiving;
    this.#progress = progress;
  }

  /** Notes what was decided. */
  open(outcome: Receipt["status"]): void {
    const { settings } = this.#receiving;
    if (isHeard(settings)) this.#record = recordOf(settings, this.#progress, outcome);
  }

  /** Notes what is known beside. */
  add(facts: Partial<ReceiptRecord>): void {
    if (this.#record !== undefined) this.#record = { ...this.#record, ...facts };
  }

  /** Tells the record as it stands. */
  tell(): void {
    if (this.#record !== undefined) tell(this.#receiving, this.#progress, this.#record);
  }

  onEnding(status: number | undefined): void {
    noteAnswer(this.#receiving, this.#progress, status);
  }

  /** Settled at the earliest after the claim was handed out, so after the record was opened. */
  onSettled(settlement: Settlement, error: unknown, isHandlers = false): void {
    const { settings } = this.#receiving;
    // Where there are records, the error is in this one.
    if (isHandlers && settings.onReceipt === undefined) this.#warnOfFailure(error);
    if (this.#record === undefined) return;
    this.#record = settledRecord(settings, this.#record, this.#progress, settlement, error);
    this.tell();
  }

  onLateError(error: unknown): void {
    this.#warnOfFailure(error, " after it was answered or its claim was lost");
    this.add({ error, late: true });
    this.tell();
  }

  #warnOfFailure(error: unknown, when = ""): void {
    const { settings, log } = this.#receiving;
    const shown = (error instanceof Error && error.stack) || messageOf(error);
    log.warn({
      code: "handler_failed",
      message: `The handler of an event of ${settings.definition.name} failed${when}: ${shown}`,
    });
  }
}
