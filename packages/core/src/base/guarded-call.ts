/**
 * Calls a function of the user's: what it throws, or rejects with, fails nothing but is told.
 *
 * @param failed gets the reason; must not throw
 */
export function callGuarded(call: () => unknown, failed: (reason: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(failed);
  } catch (reason) {
    failed(reason);
  }
}
