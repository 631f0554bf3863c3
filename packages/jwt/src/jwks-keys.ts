import { type Delivery, isWebhookError, type Provider, type SecretLookup } from "@countersign/core";
import { headerOf, shown } from "@countersign/core/adapter";
import { createRemoteJWKSet, customFetch, errors } from "jose";
import { boundedText } from "./bounded-text.ts";
import type { TokenDefinition, TokenFields } from "./definition.ts";
import { configError } from "./errors.ts";
import { tokenDefinitionOf } from "./jwt-provider.ts";
import { tokensIn } from "./tokens-in.ts";

/** How {@link jwksKeys} fetches and keeps key sets. */
export interface JwksOptions {
  /** How long a key set is kept, in seconds. Default 600. */
  readonly cacheSeconds?: number;
  /** For how long a token with an unknown `kid` does not make it fetch anew, in seconds. Default 30. */
  readonly cooldownSeconds?: number;
  /** How long a fetch may take, in milliseconds. Default 1500. */
  readonly timeoutMs?: number;
  /** Default: the runtime's own. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** The key set at one URL, kept and fetched anew. */
type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/**
 * Fetches the key set of a provider, for `secret`.
 *
 * Only the URLs that the provider's definition names are fetched: by https, and without following redirects. What a token says of its
 * keys (`jku`, `x5u`, `jwk`) is never fetched or used; of several URLs, `jku` picks one. A set is kept for a while. A token with an unknown
 * `kid` makes it fetch anew, at most once in a cooldown. Where the set can't be fetched, the sender gets 503 and sends again.
 *
 * @param provider a provider of this package that has a `jwks` URL
 * @param options cache, cooldown, time-out and `fetch`
 * @returns a function for the option `secret`
 * @throws `config_invalid` where the provider has no key set to fetch
 * @example
 * ```ts
 * const receiver = createReceiver({ provider: acme, secret: jwksKeys(acme, { cacheSeconds: 3600 }) });
 * ```
 */
export function jwksKeys(provider: Provider<object>, options: JwksOptions = {}): SecretLookup {
  const definition = tokenDefinitionOf(provider);
  const urls = [definition?.jwks ?? []].flat();
  if (definition === undefined || urls.length === 0) {
    throw configError(
      `jwksKeys: ${provider.name} has no key set to fetch. Give its public key as secret, or name the URL in jwtProvider({ jwks }).`,
    );
  }
  const sets = new Map(urls.map((url) => [url, remoteKeys(provider.name, url, options)]));
  return async (delivery) => {
    const headers = headersOf(definition, delivery);
    const texts = await Promise.all(headers.map(async (header) => keysFor(sets, header)));
    const known = new Set(texts.filter((text) => text !== undefined));
    return known.size === 0 ? undefined : [...known];
  };
}

/** The key set that has a token's key, as text; undefined where none of those that are allowed has it. */
async function keysFor(
  sets: ReadonlyMap<string, RemoteKeys>,
  header: TokenFields,
): Promise<string | undefined> {
  const [only] = sets.size === 1 ? sets.values() : [];
  const set = only ?? sets.get(String(header["jku"]));
  if (set === undefined) return undefined;
  try {
    await set({ ...header, alg: String(header["alg"]) });
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported) {
      return undefined;
    }
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
  }
  return JSON.stringify(set.jwks());
}

/** The headers of the delivery's tokens; none where it has something else. */
function headersOf(definition: TokenDefinition, delivery: Delivery): readonly TokenFields[] {
  const body =
    typeof delivery.body === "string"
      ? new TextEncoder().encode(delivery.body)
      : new Uint8Array(delivery.body);
  const read = (header: string): string | undefined =>
    headerOf(delivery.headers, header.toLowerCase());
  try {
    return tokensIn(definition, { body }, read).map(({ header }) => header);
  } catch (error) {
    if (isWebhookError(error)) return [];
    throw error;
  }
}

function remoteKeys(
  provider: string,
  url: string,
  {
    cacheSeconds = 600,
    cooldownSeconds = 30,
    timeoutMs = 1500,
    fetch: fetchWith = fetch,
  }: JwksOptions,
): RemoteKeys {
  return createRemoteJWKSet(new URL(url), {
    cacheMaxAge: seconds(provider, "cacheSeconds", cacheSeconds) * 1000,
    cooldownDuration: seconds(provider, "cooldownSeconds", cooldownSeconds) * 1000,
    timeoutDuration: seconds(provider, "timeoutMs", timeoutMs),
    [customFetch]: async (address, { headers, method, redirect, signal }) => {
      const init = { headers: Object.fromEntries(headers), method, redirect, signal };
      const response = await fetchWith(address, init);
      return response.status === 200 ? new Response(await boundedText(response)) : response;
    },
  });
}

function seconds(provider: string, setting: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw configError(`${provider}: ${setting} is ${shown(value)}; it must be a number above 0.`);
}
