/** How a claim ended. `failed`: the store did not answer; the lease will lapse. */
export type Settlement = "completed" | "released" | "lost" | "failed";

/** Whom a claim tells how it ended. */
export interface SettlementCallbacks {
  /**
   * Called once, when the end of the claim is asked for: the answer goes out now, also where work goes on (`waitUntil`).
   *
   * @param status the answer's, where an adapter knows it
   */
  readonly onEnding?: ((status: number | undefined) => void) | undefined;
  /**
   * Called once, when the claim has ended. For a claim that is overdue and was lost, that is then: its handler may never end.
   *
   * @param error why, where there is something to say
   * @param isHandlers whether the error was given to `release()`, and is not the store's or the claim's own
   */
  readonly onSettled: (settlement: Settlement, error?: unknown, isHandlers?: boolean) => void;
  /** Called with each error that was given to `release()` and is in no `onSettled`: the claim had been settled before. */
  readonly onLateError: (error: unknown) => void;
}

/** Makes each error known once: with the settlement, or, where that is past, by itself. */
export function tellOnce({
  onSettled,
  onLateError,
}: SettlementCallbacks): Omit<SettlementCallbacks, "onEnding"> {
  const told: unknown[] = [];
  let isSettled = false;
  const onLateErrorOnce = (error: unknown): void => {
    if (error === undefined || told.includes(error)) return;
    told.push(error);
    onLateError(error);
  };
  return {
    onSettled(settlement, error, isHandlers = false) {
      if (isSettled) {
        if (isHandlers) onLateErrorOnce(error);
        return;
      }
      isSettled = true;
      told.push(error);
      onSettled(settlement, error, isHandlers);
    },
    onLateError: onLateErrorOnce,
  };
}
