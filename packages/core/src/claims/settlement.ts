/** How a claim ended. `failed`: the store did not answer; the lease will lapse. */
export type Settlement = "completed" | "released" | "lost" | "failed";

/** Whom a claim tells how it ended. */
export interface SettlementCallbacks {
  /**
   * Called once, when the end of the claim is asked for: the answer goes out now, also where work goes on (`waitUntil`).
   *
   * @param status the answer's, where an adapter knows it
   */
  onEnding?(status: number | undefined): void;
  /**
   * Called once, when the claim has ended. For a claim that is overdue and was lost, that is then: its handler may never end.
   *
   * @param error why, where there is something to say
   * @param isHandlers whether the error was given to `release()`, and is not the store's or the claim's own
   */
  onSettled(settlement: Settlement, error?: unknown, isHandlers?: boolean): void;
  /** Called with each error that was given to `release()` and is in no `onSettled`: the claim had been settled before. */
  onLateError(error: unknown): void;
}

/** Makes each error known once: with the settlement, or, where that is past, by itself. */
export class ToldOnce {
  readonly #told: SettlementCallbacks;
  readonly #errors: unknown[] = [];
  #isSettled = false;

  constructor(told: SettlementCallbacks) {
    this.#told = told;
  }

  /** Tells of the first settlement; of a later one only the handler's error. */
  settled(settlement: Settlement, error?: unknown, isHandlers = false): void {
    if (this.#isSettled) {
      if (isHandlers) this.lateError(error);
      return;
    }
    this.#isSettled = true;
    if (error !== undefined) this.#errors.push(error);
    this.#told.onSettled(settlement, error, isHandlers);
  }

  /** Tells of an error that came after the claim was settled. */
  lateError(error: unknown): void {
    if (error === undefined || this.#errors.includes(error)) return;
    this.#errors.push(error);
    this.#told.onLateError(error);
  }
}
