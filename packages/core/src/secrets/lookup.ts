import { bytesOf } from "../base/bytes.ts";
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
        return { secrets: prepareSecrets(scheme, secrets, platformOnly), tenant };
      }
    } catch (cause) {
      throw new WebhookError(
        "secret_unavailable",
        `The \`secret\` function returned nothing usable for this delivery of ${name}: ${String(cause)}`,
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
function tenantSecretsOf(found: Secrets | TenantSecrets): TenantSecrets {
  if (typeof found !== "object" || Array.isArray(found) || bytesOf(found) !== undefined) {
    return { secrets: found as Secrets };
  }
  const { tenant, secrets, ...rest } = found as TenantSecrets & { readonly tenant?: unknown };
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw new TypeError(
      `it returned an object with the field "${unknown}", which nothing looks at. Return { tenant, secrets }, or the secrets alone: text, bytes or a list.`,
    );
  }
  if (tenant === undefined) return { secrets };
  // The number of a database row names a tenant as well as text does.
  if (/^(string|number|bigint)$/.test(typeof tenant)) return { tenant: String(tenant), secrets };
  throw new TypeError(
    `the tenant that it returned is of the type ${typeof tenant}. Return text that names it.`,
  );
}
