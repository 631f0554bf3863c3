import type { Delivery } from "../delivery/delivery.ts";
import { WebhookError } from "../base/errors.ts";
import {
  type PreparedSecret,
  prepareSecrets,
  type SecretLookup,
  type TenantSecrets,
} from "./secret.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Verification } from "../verify/options.ts";

/** How long a lookup may take unless `secretTimeoutMs` says otherwise. */
export const DEFAULT_SECRET_TIMEOUT_MS = 2000;

/** Asks the user's function for the secrets of a delivery. Throws `secret_unavailable`, or `signature_mismatch` where it knows none. */
export async function lookUpSecrets(
  { scheme, options }: Verification,
  delivery: Delivery,
): Promise<{ secrets: readonly PreparedSecret[]; tenant: string | undefined }> {
  const { name } = scheme.definition;
  try {
    const lookup = options.secret as SecretLookup;
    const timeoutMs = options.secretTimeoutMs ?? DEFAULT_SECRET_TIMEOUT_MS;
    const found = await withTimeout(lookup(delivery), timeoutMs);
    if (found !== undefined && found !== null) {
      const { tenant, secrets }: TenantSecrets =
        typeof found === "object" && "secrets" in found ? found : { secrets: found };
      return { secrets: prepareSecrets(scheme, secrets, options.hmac === "platform"), tenant };
    }
  } catch (cause) {
    throw new WebhookError(
      "secret_unavailable",
      `The \`secret\` function has none for this delivery of ${name}: ${String(cause)}`,
      { cause },
    );
  }
  throw new WebhookError(
    "signature_mismatch",
    `The \`secret\` function has none for this delivery of ${name}.`,
  );
}
