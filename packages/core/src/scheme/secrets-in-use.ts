import type { PreparedSecret } from "./scheme.ts";

/** Returns the secrets that may be used now. Where none has a date, it is the list itself, and the clock is not read. */
export function secretsInUse(
  secrets: readonly PreparedSecret[],
  now: () => number,
): readonly PreparedSecret[] {
  // A loop, since it is asked for each delivery: a closure would cost as much as the rest of it.
  for (const { notBeforeMs, notAfterMs } of secrets) {
    if (notBeforeMs !== -Infinity || notAfterMs !== Infinity) return inUseAt(secrets, now());
  }
  return secrets;
}

function inUseAt(secrets: readonly PreparedSecret[], nowMs: number): readonly PreparedSecret[] {
  return secrets.filter(
    ({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs <= notAfterMs,
  );
}
