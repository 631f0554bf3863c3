import type { Dispatcher } from "undici";

type Controller = Dispatcher.DispatchController;
type ResponseHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];

/**
 * One request and its answer, as undici tells of them. The answer's body is counted and dropped chunk by chunk: a stream for it would cost more
 * than the rest of an attempt.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** The answer's status, once its headers came. */
  status: number | undefined;
  retryAfter: string | string[] | undefined;
  /** How much of the answer's body came. */
  receivedBytes = 0;
  /** Resolves at the end of the answer, or when the exchange is stopped; rejects with why there was no complete answer. */
  readonly ended: Promise<void>;
  readonly #maxResponseBytes: number;
  #controller: Controller | undefined;
  #isOver = false;
  #stopReason: Error | undefined;
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(maxResponseBytes: number) {
    this.#maxResponseBytes = maxResponseBytes;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Ends the exchange, and closes its connection, also one that is still to come. With an error `ended` rejects. */
  stop(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopReason = error ?? new Error("The answer was cut off.");
    if (error === undefined) this.#resolve();
    else this.#reject(error);
    this.#controller?.abort(this.#stopReason);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#stopReason !== undefined) controller.abort(this.#stopReason);
  }

  onResponseStart(_controller: Controller, status: number, headers: ResponseHeaders): void {
    // What is below 200 only announces the answer.
    if (status < 200) return;
    this.status = status;
    this.retryAfter = headers["retry-after"];
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    this.receivedBytes += chunk.length;
    // What the answer says stands in its status.
    if (this.receivedBytes >= this.#maxResponseBytes) this.stop();
  }

  onResponseEnd(): void {
    this.#isOver = true;
    this.#resolve();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#isOver = true;
    this.#reject(error);
  }
}
