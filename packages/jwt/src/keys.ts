import {
  createLocalJWKSet,
  type CryptoKey,
  errors,
  importJWK,
  importSPKI,
  importX509,
  type JSONWebKeySet,
  type JWK,
} from "jose";
import { utf8Text } from "./compact-token.ts";
import type { TokenDefinition, TokenFields } from "./definition.ts";
import { configError } from "./errors.ts";
import { jsonOf } from "./read-secret.ts";

/** A key that verifies or signs: of HMAC, the secret's bytes. */
export type TokenKey = CryptoKey | Uint8Array;

/** Finds the keys of a configured secret that may have signed a token; none where the token names another. */
export type KeyFinder = (
  secret: Uint8Array,
  header: TokenFields,
  nowMs: number,
) => Promise<readonly TokenKey[]>;

type Finder = (header: TokenFields) => Promise<readonly TokenKey[]>;

/** Finds a shared secret, which is its own key. */
export const sharedKey: KeyFinder = async (secret) => [secret];

/** Makes a {@link KeyFinder} for public keys as PEM, certificate, JWK or JWKS. Rejects with `config_invalid` where one does not fit. */
export function publicKeys({ name }: Pick<TokenDefinition, "name">): KeyFinder {
  // By the bytes themselves, which the core keeps for as long as the secret is in use.
  const finders = new WeakMap<Uint8Array, Finder>();
  return async (secret, header) => {
    const find = finders.get(secret) ?? finderOf(name, utf8Text(secret));
    finders.set(secret, find);
    return find(header);
  };
}

function finderOf(provider: string, text: string): Finder {
  const json = jsonOf(text);
  if (json === undefined) {
    const isCertificate = text.startsWith("-----BEGIN CERTIFICATE-----");
    return onePem(provider, text, isCertificate ? importX509 : importSPKI);
  }
  return "keys" in json ? keySet(provider, json) : oneJwk(provider, json);
}

function onePem(
  provider: string,
  text: string,
  importKey: (text: string, algorithm: string) => Promise<CryptoKey>,
): Finder {
  return async ({ alg }) => [await usable(provider, async () => importKey(text, String(alg)))];
}

function oneJwk(provider: string, json: object): Finder {
  const jwk = json as JWK;
  return async ({ alg, kid }) => {
    if (jwk.kid !== undefined && jwk.kid !== kid) return [];
    if (jwk.alg !== undefined && jwk.alg !== alg) return [];
    return [await usable(provider, async () => importJWK(jwk, String(alg)))];
  };
}

function keySet(provider: string, json: object): Finder {
  let find: ReturnType<typeof createLocalJWKSet>;
  try {
    find = createLocalJWKSet(json as JSONWebKeySet);
  } catch (cause) {
    throw configError(`${provider}: the secret is JSON with keys, but no JWKS: ${String(cause)}.`);
  }
  return async (header) => {
    try {
      return [await find({ ...header, alg: String(header["alg"]) })];
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return [];
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      const keys: CryptoKey[] = [];
      for await (const key of error) keys.push(key);
      return keys;
    }
  };
}

async function usable<Key>(provider: string, importKey: () => Promise<Key>): Promise<Key> {
  try {
    return await importKey();
  } catch (cause) {
    throw configError(
      `${provider}: the secret is a key, but none for the algorithm that ${provider} signs with: ${String(cause)}.`,
    );
  }
}
