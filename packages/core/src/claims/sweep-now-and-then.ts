const SWEEP_EVERY = 64;

/**
 * Spreads the deleting of expired records over the events that a store completes. For stores whose database deletes nothing by itself.
 *
 * @param deleteExpired deletes a batch of records. A rejection is ignored: what is not deleted now is deleted next time, and an expired
 *   record counts for nothing
 * @returns a function to be called after each completed event. One call in 64 deletes
 */
export function sweepNowAndThen(deleteExpired: () => Promise<unknown>): () => void {
  // Begins anywhere: processes that end before their 64th event delete too, as often as others in the long run.
  let completions = Math.floor(Math.random() * SWEEP_EVERY);
  return () => {
    if (++completions % SWEEP_EVERY === 0) deleteExpired().catch(() => {});
  };
}
