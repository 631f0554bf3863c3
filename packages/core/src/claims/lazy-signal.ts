/**
 * An `AbortSignal` that is made when somebody asks for it: most handlers never do, and one costs more than the rest of a claim.
 *
 * A class, since a getter in an object literal makes V8 keep every claim, with its request, until the next full collection.
 */
export class LazySignal {
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  /** The signal; aborted already, where {@link abort} came first. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The reason of the abort; undefined before it. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Aborts the signal; does nothing the second time. */
  abort(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
