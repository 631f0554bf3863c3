/** How long to wait before the first new try, in milliseconds. */
export const FIRST_BACKOFF_MS = 100;

const MAX_BACKOFF_MS = 2000;

/** How long to wait before the try after the next one. */
export function longerBackoff(backoffMs: number): number {
  return Math.min(MAX_BACKOFF_MS, backoffMs * 2);
}
