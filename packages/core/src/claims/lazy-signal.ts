/** An `AbortSignal` that is made when somebody asks for it: most handlers never do, and one costs more than the rest of a claim. */
export interface LazySignal {
  /** The signal; aborted already, where {@link abort} came first. */
  readonly signal: AbortSignal;
  /** The reason of the abort; undefined before it. */
  readonly reason: Error | undefined;
  /** Aborts the signal; does nothing the second time. */
  abort(reason: Error): void;
}

export function lazySignal(): LazySignal {
  let controller: AbortController | undefined;
  let reason: Error | undefined;
  return {
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (reason !== undefined) controller.abort(reason);
      }
      return controller.signal;
    },
    get reason() {
      return reason;
    },
    abort(why) {
      if (reason !== undefined) return;
      reason = why;
      controller?.abort(why);
    },
  };
}
