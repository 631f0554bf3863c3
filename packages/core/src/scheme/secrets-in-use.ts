import type { PreparedSecret } from "./scheme.ts";

/** Returns the secrets that may be used now. Where none has a date, it is the list itself, and the clock is not read. */
export function secretsInUse(
  secrets: readonly PreparedSecret[],
  now: () => number,
): readonly PreparedSecret[] {
  // A loop, since it is asked for each delivery: a closure would cost as much as the rest of it. The one below is made only where it is used.
  for (const secret of secrets) {
    if (secret.notBeforeMs !== -Infinity || secret.notAfterMs !== Infinity) {
      const nowMs = now();
      return secrets.filter(
        ({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs <= notAfterMs,
      );
    }
  }
  return secrets;
}
