/** The longest that a timer can wait, in milliseconds; one that is set for longer fires at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/** Rejects when a promise takes longer than `ms`. */
export function withTimeout<T>(work: Promise<T> | T, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    Promise.resolve(work)
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}
