import type { Delivery } from "../delivery/delivery.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { SecretEntry, Secrets, TenantSecrets } from "../secrets/secret.ts";
import { DEFAULT_SECRET_TIMEOUT_MS } from "../secrets/lookup.ts";
import { withTimeout } from "../base/timeout.ts";
import type { VerifyOptions } from "../verify/options.ts";

/** A secret with what it may be called in a report: never itself, nor a digest of it, which a short secret would not survive. */
export interface NamedSecret {
  readonly secret: string | Uint8Array;
  readonly name: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** It is one of `otherSecrets`. */
  readonly other: boolean;
}

/** The prefix that providers put before secrets, some as a part of it and some not. */
export const WHSEC = "whsec_";

/** Returns the secrets that are configured for this delivery; none where the lookup fails or knows nobody. */
export async function configuredSecrets(
  { secret, secretTimeoutMs = DEFAULT_SECRET_TIMEOUT_MS }: VerifyOptions<never>,
  delivery: Delivery,
): Promise<NamedSecret[]> {
  let found: Secrets | TenantSecrets | undefined | null;
  if (typeof secret === "function") {
    try {
      found = await withTimeout(secret(delivery), secretTimeoutMs);
    } catch {
      return [];
    }
  } else found = secret;
  if (found === undefined || found === null) return [];
  const secrets = typeof found === "object" && "secrets" in found ? found.secrets : found;
  return namedSecrets(secrets, "secret", false);
}

/**
 * Gives each secret of a list the name that a report calls it by.
 *
 * @param option the name of the list in the options
 */
export function namedSecrets(secrets: Secrets, option: string, other: boolean): NamedSecret[] {
  const list: readonly unknown[] = Array.isArray(secrets) ? (secrets as unknown[]) : [secrets];
  const several = Array.isArray(secrets);
  return list.flatMap((entry, index): NamedSecret[] => {
    const isEntry = typeof entry === "object" && entry !== null && "secret" in entry;
    const { secret, id, notBefore, notAfter } = (
      isEntry ? entry : { secret: entry }
    ) as Partial<SecretEntry>;
    if (typeof secret !== "string" && !(secret instanceof Uint8Array)) return [];
    const place = several ? `${option}[${index}]` : `the ${option}`;
    return [
      {
        secret,
        name: id === undefined ? place : `${place} (id ${JSON.stringify(id)})`,
        notBeforeMs: msOf(notBefore) ?? Number.NEGATIVE_INFINITY,
        notAfterMs: msOf(notAfter) ?? Number.POSITIVE_INFINITY,
        other,
      },
    ];
  });
}

/**
 * Tells whether a secret is nothing but what stands around secrets: white space, quotes, a prefix. Anybody can sign with that, so what fits it
 * proves nothing.
 */
export function isBlank(secret: string | Uint8Array, { definition }: Scheme): boolean {
  const text = typeof secret === "string" ? secret : String.fromCharCode(...secret.subarray(0, 64));
  const bare = text.replaceAll(/[\s"'`]/g, "");
  return ["", WHSEC, definition.secret?.prefix].includes(bare);
}

function msOf(time: Date | string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const ms = new Date(time).getTime();
  return Number.isNaN(ms) ? undefined : ms;
}
