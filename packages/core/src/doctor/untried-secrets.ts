import type { PreparedSecret } from "../secrets/secret.ts";
import type { Warning } from "../base/warning.ts";

/**
 * Makes the warning for a signature that matches no secret while some secrets are outside their time window: one of those may have signed it.
 *
 * @param nowMs milliseconds since 1970
 * @returns undefined where all were tried
 */
export function untriedSecrets(
  provider: string,
  secrets: readonly PreparedSecret[],
  nowMs: number,
): Warning | undefined {
  const untried = secrets.flatMap(({ id, notBeforeMs, notAfterMs }) => {
    const name = id === undefined ? "one without an id" : JSON.stringify(id);
    if (nowMs < notBeforeMs) return `${name} (notBefore ${timeOf(notBeforeMs)})`;
    return nowMs > notAfterMs ? `${name} (notAfter ${timeOf(notAfterMs)})` : [];
  });
  if (untried.length === 0) return undefined;
  return {
    code: "secret_untried",
    message: `${provider}: a signature fits no secret that may be used now, and these were not tried: ${untried.join(", ")}. If ${provider} signs with one of them, correct its notBefore or notAfter.`,
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
