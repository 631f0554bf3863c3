import { utf8 } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { configError } from "../base/errors.ts";
import * as backend from "#crypto";
import type { HmacKey } from "../hmac/backend.ts";
import type { PreparedSecret, Scheme } from "../scheme/scheme.ts";

/** One of several secrets, while an old and a new one are both in use. */
export interface SecretEntry {
  /** As the provider shows it, or the final key bytes. */
  readonly secret: string | Uint8Array;
  /** Names the secret in `event.secretId`, so that an operator can see which ones are still in use. */
  readonly id?: string;
  /** Not used before this time: a `Date`, or ISO 8601 text. */
  readonly notBefore?: Date | string;
  /** Not used after this time: a `Date`, or ISO 8601 text. */
  readonly notAfter?: Date | string;
}

/** One secret as the provider shows it, final key bytes, or a list of them for rotation. */
export type Secrets = string | Uint8Array | readonly (string | Uint8Array | SecretEntry)[];

/** The secrets of one tenant, as a {@link SecretLookup} returns them. */
export interface TenantSecrets {
  /** Becomes a part of the dedup key, so that one tenant can't use up another's event ids. */
  readonly tenant?: string;
  readonly secrets: Secrets;
}

/**
 * Finds the secrets that may have signed a delivery, by its URL or headers. Nothing in the delivery is verified yet.
 * Undefined or null: nobody known (401). A rejection, or a promise that takes too long: 503, and the provider sends again.
 */
export type SecretLookup = (
  delivery: Delivery,
) =>
  | Promise<Secrets | TenantSecrets | undefined | null>
  | Secrets
  | TenantSecrets
  | undefined
  | null;

export type { PreparedSecret };

/** Prepared keys are small; this bounds what a lookup for very many tenants can hold on to. */
const MAX_CACHED_SECRETS = 1000;

/**
 * Decodes and prepares secrets.
 *
 * @param platformOnly see `HmacBackend.prepareKey`
 * @throws `config_invalid` where one is empty, has white space at an end, or is not in the provider's encoding
 */
export function prepareSecrets(
  scheme: Scheme,
  secrets: Secrets,
  platformOnly: boolean,
): readonly PreparedSecret[] {
  // An empty list goes on as it is, and is refused like an empty secret. (Nothing checks types in JavaScript.)
  const given: Secrets | undefined = secrets;
  const entries: readonly unknown[] = [given?.length === 0 ? [given] : given].flat();
  return entries.flatMap((entry) => {
    const { secret, id, notBefore, notAfter }: Partial<SecretEntry> = isEntry(entry)
      ? entry
      : { secret: entry as string };
    const notBeforeMs = timeOf(scheme, notBefore) ?? -Infinity;
    const notAfterMs = timeOf(scheme, notAfter) ?? Infinity;
    return keysOf(scheme, secret, platformOnly).map((key) => ({
      key,
      id,
      notBeforeMs,
      notAfterMs,
    }));
  });
}

function isEntry(entry: unknown): entry is SecretEntry {
  return typeof entry === "object" && entry !== null && "secret" in entry;
}

/** Kept by value, so that `verify()` prepares a secret once however often it is called. */
function keysOf(scheme: Scheme, secret: unknown, platformOnly: boolean): readonly HmacKey[] {
  // Spaces in front keep apart what must not be taken for each other: text has none. What can't be a secret finds nothing.
  const text = secret instanceof Uint8Array ? ` ${secret.join()}` : secret;
  const name = typeof text === "string" ? (platformOnly ? `  ${text}` : text) : "";
  let keys = scheme.keys.get(name);
  if (keys === undefined) {
    keys =
      scheme.grammar.keysOf?.(scheme, secret) ??
      decodeSecret(scheme, secret).map((bytes) => backend.prepareKey(bytes, platformOnly));
    if (scheme.keys.size >= MAX_CACHED_SECRETS) scheme.keys.clear();
    scheme.keys.set(name, keys);
  }
  return keys;
}

function timeOf(scheme: Scheme, time: Date | string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const ms = new Date(time).getTime();
  if (!Number.isNaN(ms)) return ms;
  throw configError(`${scheme.definition.name}: notBefore or notAfter is no date.`);
}

/** The key bytes that a configured secret stands for. Throws `config_invalid`. */
export function decodeSecret({ definition, grammar }: Scheme, secret: unknown): Uint8Array[] {
  const { name } = definition;
  let keys: Uint8Array[] = [];
  let problem = "the secret is empty: anybody could sign";
  if (secret instanceof Uint8Array) keys = [secret.slice()];
  else if (typeof secret === "string") {
    if (secret.trim() !== secret) {
      throw configError(`${name}: the secret has white space at an end. Trim it.`);
    }
    keys = grammar.decodeSecret?.(definition, secret) ?? [utf8(secret)];
  } else if (!secret) problem = "no secret was given";
  else if ((secret as ArrayLike<unknown>).length === 0) problem = "the secret list is empty";
  else throw configError(`${name}: the secret is neither text nor bytes.`);
  if (keys.length > 0 && keys.every((key) => key.length > 0)) return keys;
  throw configError(`${name}: ${problem}. Is its environment variable set?`);
}
