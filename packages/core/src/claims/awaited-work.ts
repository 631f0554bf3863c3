import type { Claim } from "./claim.ts";

/** When the work that was handed to a claim has ended, and the claim with it. */
const endings = new WeakMap<Claim, Promise<unknown>>();

/**
 * Gives a claim its `waitUntil`: `complete()` then returns at once, and the claim is completed when the work has ended.
 *
 * Work that rejects releases the claim. Where that is too late, the claim tells of the error all the same.
 */
export function awaitingWork(claim: Omit<Claim, "waitUntil">): Claim {
  const works: Promise<unknown>[] = [];
  const awaiting: Claim = {
    ...claim,
    waitUntil(work) {
      const watched = Promise.resolve(work);
      works.push(watched);
      // A rejection is told even where `complete()` is never called, or was called before.
      watched.catch((error: unknown) => claim.release(error));
    },
    complete() {
      if (works.length === 0) return claim.complete();
      const ended = Promise.all(works).then(
        () => claim.complete(),
        (error: unknown) => claim.release(error),
      );
      endings.set(awaiting, ended);
      return Promise.resolve(true);
    },
  };
  return awaiting;
}

/** For adapters on runtimes that stop when the response is sent: resolves when the work handed to a claim has ended. */
export function workOf(claim: Claim): Promise<unknown> {
  return endings.get(claim) ?? Promise.resolve();
}
