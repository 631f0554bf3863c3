import { WebhookError } from "../base/errors.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { Scheme } from "../scheme/scheme.ts";
import {
  type PreparedSecret,
  prepareSecrets,
  type SecretLookup,
  type Secrets,
  type TenantSecrets,
} from "./secret.ts";

/** How long a lookup may take unless `secretTimeoutMs` says otherwise. */
export const DEFAULT_SECRET_TIMEOUT_MS = 2000;

/** The members that the object returned by a `secret` function may have. */
interface FoundRecord {
  readonly secrets: Secrets;
  readonly tenant?: string | undefined;
}

/** The secrets that may have signed one delivery, and whose they are. */
interface FoundSecrets {
  readonly secrets: readonly PreparedSecret[];
  readonly tenant: string | undefined;
}

/** Looks up the secrets of a delivery. Throws `secret_unavailable`, or `signature_mismatch` where the tenant is unknown. */
export type PreparedLookup = (delivery: Delivery) => Promise<FoundSecrets>;

/**
 * Prepares the user's `secret` function: bounds its time, checks what it returns, decodes the secrets.
 *
 * @param lookup the user's function
 * @param timeoutMs how long it may take, in milliseconds
 * @param platformOnly keep to the platform's own HMAC
 */
export function prepareLookup(
  scheme: Scheme,
  lookup: SecretLookup,
  timeoutMs: number = DEFAULT_SECRET_TIMEOUT_MS,
  platformOnly = false,
): PreparedLookup {
  const { name } = scheme.definition;
  return async (delivery) => {
    try {
      const found = await withTimeout(lookup(delivery), timeoutMs);
      if (found !== undefined && found !== null) {
        const { tenant, secrets } = tenantSecretsOf(found);
        return { tenant, secrets: prepareSecrets(scheme, secrets, platformOnly) };
      }
    } catch (cause) {
      throw new WebhookError(
        "secret_unavailable",
        `The \`secret\` function failed for this delivery of ${name}: ${String(cause)}`,
        { cause },
      );
    }
    throw new WebhookError(
      "signature_mismatch",
      `The \`secret\` function knows no secret for this delivery of ${name}.`,
    );
  };
}

/**
 * Reads what a `secret` function returned: secrets alone, or with the tenant they belong to.
 *
 * @throws TypeError for an unknown field. With a misspelt `tenant`, all tenants would share their keys, and one tenant's event could count
 *   as another's duplicate.
 */
function tenantSecretsOf(found: Secrets | TenantSecrets): FoundRecord {
  if (typeof found !== "object" || Array.isArray(found) || ArrayBuffer.isView(found)) {
    return { secrets: found as Secrets };
  }
  const { tenant, secrets, ...rest } = found as {
    secrets: Secrets;
    tenant?: string | number | null | object;
  };
  const [unknown] = Object.keys(rest);
  // The number of a database row names a tenant as well as text does.
  if (unknown === undefined && tenant !== null && typeof tenant !== "object") {
    return { secrets, tenant: tenant?.toString() };
  }
  throw new TypeError(
    `its field "${unknown ?? "tenant"}" can't be used. Return { tenant, secrets } where tenant is text, or secrets.`,
  );
}
