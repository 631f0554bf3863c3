/** The longest that a timer can wait, in milliseconds; one that is set for longer fires at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/** Rejects when a promise takes longer than `ms`. */
export async function withTimeout<T>(work: Promise<T> | T, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
