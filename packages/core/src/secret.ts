import { fromBase64, fromHex, toHex, utf8 } from "./bytes.ts";
import type { SecretDefinition } from "./definition.ts";
import type { Delivery } from "./delivery.ts";
import { configError } from "./errors.ts";
import { backend } from "#hmac";
import type { HmacKey } from "./hmac/backend.ts";
import type { Scheme } from "./scheme.ts";

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

/** What a {@link SecretLookup} finds: the secrets of one tenant. */
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

/** A secret ready to verify with. */
export interface PreparedSecret {
  readonly key: HmacKey;
  readonly id: string | undefined;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Prepared keys are small; this bounds what a lookup for very many tenants can hold on to. */
const MAX_CACHED_SECRETS = 1000;

const preparedByScheme = new WeakMap<Scheme, Map<string, readonly PreparedSecret[]>>();
const preparedForPlatform = new WeakMap<Scheme, Map<string, readonly PreparedSecret[]>>();

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
  if (!Array.isArray(secrets)) return prepareOne(scheme, secrets, platformOnly);
  const prepared = (secrets as readonly (string | Uint8Array | SecretEntry)[]).flatMap((entry) =>
    prepareEntry(scheme, entry, platformOnly),
  );
  if (prepared.length === 0) {
    throw configError(
      `${scheme.definition.name}: the list of secrets is empty. Give at least one, as the provider shows it.`,
    );
  }
  return prepared;
}

function prepareEntry(
  scheme: Scheme,
  entry: string | Uint8Array | SecretEntry,
  platformOnly: boolean,
): readonly PreparedSecret[] {
  if (typeof entry !== "object" || entry === null || !("secret" in entry)) {
    return prepareOne(scheme, entry, platformOnly);
  }
  const { secret, id, notBefore, notAfter } = entry;
  return prepareOne(scheme, secret, platformOnly).map(({ key }) => ({
    key,
    id,
    notBeforeMs: timeOf(scheme, notBefore, "notBefore") ?? Number.NEGATIVE_INFINITY,
    notAfterMs: timeOf(scheme, notAfter, "notAfter") ?? Number.POSITIVE_INFINITY,
  }));
}

/** Kept by value, so that `verify()` prepares a secret once however often it is called. */
function prepareOne(
  scheme: Scheme,
  secret: unknown,
  platformOnly: boolean,
): readonly PreparedSecret[] {
  const caches = platformOnly ? preparedForPlatform : preparedByScheme;
  let cache = caches.get(scheme);
  if (cache === undefined) {
    cache = new Map<string, readonly PreparedSecret[]>();
    caches.set(scheme, cache);
  }
  const name =
    typeof secret === "string"
      ? secret
      : // A space in front keeps bytes apart from text, which has none at its ends.
        secret instanceof Uint8Array
        ? ` ${toHex(secret)}`
        : "";
  let prepared = cache.get(name);
  if (prepared === undefined) {
    prepared = decodeSecret(scheme, secret).map((bytes) => ({
      key: backend.prepareKey(bytes, platformOnly),
      id: undefined,
      notBeforeMs: Number.NEGATIVE_INFINITY,
      notAfterMs: Number.POSITIVE_INFINITY,
    }));
    if (cache.size >= MAX_CACHED_SECRETS) cache.clear();
    cache.set(name, prepared);
  }
  return prepared;
}

function timeOf(
  scheme: Scheme,
  time: Date | string | undefined,
  field: string,
): number | undefined {
  if (time === undefined) return undefined;
  const ms = new Date(time).getTime();
  if (Number.isNaN(ms)) {
    throw configError(
      `${scheme.definition.name}: ${field} of a secret is no time. Give a Date or ISO 8601 text.`,
    );
  }
  return ms;
}

/** The key bytes that a configured secret stands for. Throws `config_invalid`. */
export function decodeSecret(scheme: Scheme, secret: unknown): Uint8Array[] {
  const { name, secret: definition = { encoding: "utf8" } } = scheme.definition;
  if (secret instanceof Uint8Array) {
    if (secret.length === 0) throw emptySecret(name);
    return [secret.slice()];
  }
  if (typeof secret !== "string") {
    throw configError(
      `${name}: the secret is ${secret === undefined ? "undefined" : typeof secret}, not text or bytes. Is the environment variable that it comes from set?`,
    );
  }
  if (secret === "") throw emptySecret(name);
  if (secret.trim() !== secret) {
    throw configError(
      `${name}: the secret has white space at an end, often a newline from a file or a copied space. Trim it where it is read.`,
    );
  }
  const { separator, ignored } = definition;
  const texts = separator === undefined ? [secret] : secret.split(separator);
  const used = texts.filter((text) => ignored === undefined || !text.startsWith(ignored));
  if (used.length === 0) {
    throw configError(
      `${name}: every entry of the secret begins with "${ignored}", and those can't be used here. Add one of the other kind.`,
    );
  }
  return used.map((text) => decodeText(name, text, definition));
}

function decodeText(name: string, text: string, definition: SecretDefinition): Uint8Array {
  const { prefix = "", withoutPrefix, encoding } = definition;
  const prefixed = text.startsWith(prefix);
  if (!prefixed && withoutPrefix === "refuse") {
    throw configError(
      `${name}: the secret does not begin with "${prefix}". Copy it whole, as the provider shows it.`,
    );
  }
  const bare = prefixed ? text.slice(prefix.length) : text;
  const how = prefixed
    ? encoding
    : ((withoutPrefix as SecretDefinition["encoding"] | undefined) ?? encoding);
  const bytes = how === "hex" ? fromHex(bare) : how === "base64" ? fromBase64(bare) : utf8(bare);
  if (bytes === undefined) {
    throw configError(
      `${name}: the secret is not ${how}${prefix === "" ? "" : ` behind "${prefix}"`}, as ${name} writes it. Copy it whole, without quotes.`,
    );
  }
  if (bytes.length === 0) throw emptySecret(name);
  return bytes;
}

function emptySecret(name: string): Error {
  return configError(
    `${name}: the secret is empty, and anybody can sign with an empty secret. Set it to the one that the provider shows.`,
  );
}
