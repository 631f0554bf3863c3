import type { Delivery } from "./delivery.ts";
import { messageOf, WebhookError } from "./errors.ts";
import {
  type PreparedSecret,
  prepareSecrets,
  type SecretLookup,
  type Secrets,
  type TenantSecrets,
} from "./secret.ts";
import { withTimeout } from "./timeout.ts";
import type { Verification } from "./verification.ts";

const DEFAULT_SECRET_TIMEOUT_MS = 2000;

/** Asks the user's function for the secrets of a delivery. Throws `secret_unavailable`, or `signature_mismatch` where it knows none. */
export async function lookUpSecrets(
  { scheme, options }: Verification,
  delivery: Delivery,
): Promise<{ secrets: readonly PreparedSecret[]; tenant: string | undefined }> {
  const { name } = scheme.definition;
  const lookup = options.secret as SecretLookup;
  let found: Secrets | TenantSecrets | undefined | null;
  try {
    found = await withTimeout(
      lookup(delivery),
      options.secretTimeoutMs ?? DEFAULT_SECRET_TIMEOUT_MS,
    );
  } catch (cause) {
    throw new WebhookError(
      "secret_unavailable",
      `The secret for this delivery of ${name} could not be looked up; the function given as \`secret\` failed or took too long.`,
      { cause },
    );
  }
  if (found === undefined || found === null) {
    throw new WebhookError(
      "signature_mismatch",
      `No secret is known for this delivery of ${name}: the function given as \`secret\` found none.`,
    );
  }
  const { tenant, secrets }: TenantSecrets =
    typeof found === "object" && "secrets" in found ? found : { secrets: found };
  try {
    return { secrets: prepareSecrets(scheme, secrets, options.hmac === "platform"), tenant };
  } catch (cause) {
    throw new WebhookError(
      "secret_unavailable",
      `The function given as \`secret\` returned one that can't be used. ${messageOf(cause)}`,
      { cause },
    );
  }
}
