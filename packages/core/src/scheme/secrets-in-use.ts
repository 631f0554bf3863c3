import type { PreparedSecret } from "./scheme.ts";

/** Returns the secrets that may be used now: the list itself where that is all of them, as it nearly always is. */
export function secretsInUse(
  secrets: readonly PreparedSecret[],
  nowMs: number,
): readonly PreparedSecret[] {
  // A loop, since it is asked for each delivery: a closure would cost as much as the rest of it.
  for (const secret of secrets) {
    if (!isInUse(secret, nowMs)) return secrets.filter((one) => isInUse(one, nowMs));
  }
  return secrets;
}

function isInUse({ notBeforeMs, notAfterMs }: PreparedSecret, nowMs: number): boolean {
  return notBeforeMs <= nowMs && nowMs <= notAfterMs;
}
