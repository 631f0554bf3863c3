import { bytesOf } from "../base/bytes.ts";
import type { SecretLookup, Secrets, TenantSecrets } from "./secret.ts";
import { unknownNames } from "../base/unknown-names.ts";

const NAMES = Object.keys({
  tenant: true,
  secrets: true,
} satisfies Record<keyof TenantSecrets, true>);

/**
 * A `secret` function whose answers are checked: with a misspelt `tenant` all tenants would silently share their keys, and one's event
 * be another's duplicate.
 *
 * @param lookup the user's
 * @returns the same, which rejects with a `TypeError` that names the field: `secret_unavailable` to those who look up
 */
export function checkedLookup(lookup: SecretLookup): SecretLookup {
  return async (delivery) => {
    const found: unknown = await lookup(delivery);
    const isRecord =
      typeof found === "object" &&
      found !== null &&
      !Array.isArray(found) &&
      bytesOf(found) === undefined;
    return isRecord ? tenantSecrets(found) : (found as Secrets | undefined | null);
  };
}

function tenantSecrets(found: object): TenantSecrets {
  const [unknown] = unknownNames(found, NAMES);
  if (unknown !== undefined) {
    const { name, meant } = unknown;
    const advice = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new TypeError(
      `it returned an object with the field "${name}", which nothing looks at.${advice} Return { tenant, secrets }, or the secrets alone: text, bytes, or a list.`,
    );
  }
  const { tenant, secrets } = found as { readonly tenant?: unknown; readonly secrets: Secrets };
  switch (typeof tenant) {
    case "undefined":
      return { secrets };
    case "string":
      return { tenant, secrets };
    case "number":
    case "bigint":
      // A row's own id: it names a tenant as well as text does.
      return { tenant: String(tenant), secrets };
    default:
      throw new TypeError(
        `the tenant that it returned is ${tenant === null ? "null" : `of the type ${typeof tenant}`}. Return text that names the tenant, or leave \`tenant\` out where there is none.`,
      );
  }
}
