import type { PreparedSecret } from "../secrets/secret.ts";
import type { Warning } from "../base/warning.ts";

/**
 * What to say of a signature that fits no secret, where some were left out for their time: one of them may be the one.
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
