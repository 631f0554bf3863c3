import { shown } from "../base/shown.ts";
import { configError } from "../base/errors.ts";

/** Limits of the work that one search may do. */
export interface BudgetLimits {
  /** The number of signatures that may be computed. Default 10,000. */
  readonly maxHypotheses?: number | undefined;
  /** The number of bytes that may be hashed, in all; those that are written for it count three times. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
}

const DEFAULT_MAX_HYPOTHESES = 10_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** After this much work others get their turn; the bytes count where a runtime's clock stands still meanwhile. */
const TURN_MS = 10;
const TURN_BYTES = 4 * 1024 * 1024;

/** Counts the work of one search. */
export class Budget {
  hypotheses = 0;
  bytes = 0;
  /** Nothing more can be tried. */
  isOver = false;
  readonly #maxHypotheses: number;
  readonly #maxBytes: number;
  #leftOut = false;
  #turnStartMs = performance.now();
  #turnBytes = 0;

  constructor({ maxHypotheses, maxBytes }: BudgetLimits) {
    this.#maxHypotheses = limit("maxHypotheses", maxHypotheses, DEFAULT_MAX_HYPOTHESES);
    this.#maxBytes = limit("maxBytes", maxBytes, DEFAULT_MAX_BYTES);
  }

  /** Something was left untried. */
  get exhausted(): boolean {
    return this.isOver || this.#leftOut;
  }

  get bytesLeft(): number {
    return this.#maxBytes - this.bytes;
  }

  /** Notes that something was left untried which a larger budget would have allowed. */
  leaveOut(): void {
    this.#leftOut = true;
  }

  /** Tells whether `bytes` are more than this share of all; then what needs them is left out. */
  isTooMuch(bytes: number, share: number): boolean {
    const isTooMuch = bytes > share * this.#maxBytes;
    if (isTooMuch) this.leaveOut();
    return isTooMuch;
  }

  /** Tells whether so much of the bytes is spent that those who have this share of them leave the rest out. */
  isSpentBy(share: number): boolean {
    return this.isTooMuch(this.bytes, share);
  }

  /** Takes one signature over `bytes`; false where that is more than there is. */
  takeHypothesis(bytes: number): boolean {
    if (this.hypotheses >= this.#maxHypotheses) this.isOver = true;
    if (this.isOver || !this.takeBytes(bytes)) return false;
    this.hypotheses++;
    return true;
  }

  /** Takes `bytes`; false where that is more than there is. */
  takeBytes(bytes: number): boolean {
    if (this.bytes + bytes > this.#maxBytes) this.isOver = true;
    else this.bytes += bytes;
    return !this.isOver;
  }

  /** The event loop should have a turn. */
  get turnIsOver(): boolean {
    return (
      performance.now() - this.#turnStartMs >= TURN_MS || this.bytes - this.#turnBytes >= TURN_BYTES
    );
  }

  /** Lets everything else that waits run first. */
  async yieldTurn(): Promise<void> {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    this.#turnStartMs = performance.now();
    this.#turnBytes = this.bytes;
  }
}

/** Returns a limit as given, or the usual one. Throws `config_invalid` where it is no number from 0 on. */
export function limit(option: string, given: number | undefined, usual: number): number {
  if (given === undefined) return usual;
  if (typeof given === "number" && given >= 0) return given;
  throw configError(`${option} is ${shown(given)}; it must be a number from 0 on.`);
}
