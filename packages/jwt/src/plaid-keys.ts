import { type Delivery, isWebhookError, type SecretLookup } from "@countersign/core";
import { headerOf } from "@countersign/core/adapter";
import { boundedText } from "./bounded-text.ts";
import { readToken } from "./compact-token.ts";
import { configError } from "./errors.ts";

/** How {@link plaidKeys} asks for keys. */
export interface PlaidKeysOptions {
  /** The `client_id` of your Plaid account. */
  readonly clientId: string;
  /** The secret of the same environment. */
  readonly secret: string;
  /** Default `production`. */
  readonly environment?: "production" | "sandbox";
  /** How long a key is kept, in seconds. Default 86400: Plaid rotates keys rarely, and marks a key that has expired. */
  readonly cacheSeconds?: number;
  /** How long a request may take, in milliseconds. Default 1500. */
  readonly timeoutMs?: number;
  /** Default: the runtime's own. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Plaid has two keys at most while it rotates; the others are guesses of somebody. */
const MAX_KEYS = 20;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Plaid's error codes for a key that it does not have, or a text that names none. */
const UNKNOWN_KEY = /^INVALID_(WEBHOOK_VERIFICATION_KEY_ID|FIELD)$/;

interface CachedKey {
  /** The JWK as text; undefined where Plaid knows no such key, or the key has expired. */
  readonly jwk: Promise<string | undefined>;
  readonly untilMs: number;
}

/**
 * Asks Plaid's API for the keys that its tokens name, for `secret` beside the preset `plaid`.
 *
 * Only a `kid` that is a UUID is asked for, and each one once: of one that Plaid doesn't know, the answer is kept, too. Where Plaid can't be
 * asked, the sender gets 503 and sends again.
 *
 * @param options the credentials of your account, cache, time-out and `fetch`
 * @returns a function for the option `secret`
 * @throws `config_invalid` where a credential is empty
 * @see https://plaid.com/docs/api/webhooks/webhook-verification/#get-webhook-verification-key
 * @example
 * ```ts
 * const secret = plaidKeys({ clientId: process.env.PLAID_CLIENT_ID ?? "", secret: process.env.PLAID_SECRET ?? "" });
 * const receiver = createReceiver({ provider: plaid, secret });
 * ```
 */
export function plaidKeys(options: PlaidKeysOptions): SecretLookup {
  const { clientId, secret, cacheSeconds = 86_400 } = options;
  for (const [setting, value] of Object.entries({ clientId, secret })) {
    if (typeof value === "string" && value.trim() !== "") continue;
    throw configError(
      `plaidKeys: ${setting} is empty. Is the environment variable that it comes from set?`,
    );
  }
  const cache = new Map<string, CachedKey>();
  return async (delivery) => {
    const kid = keyIdOf(delivery);
    if (kid === undefined) return undefined;
    const known = cache.get(kid);
    if (known !== undefined && Date.now() < known.untilMs) return known.jwk;
    const jwk = askFor(kid, options);
    cache.delete(kid);
    const [oldest] = cache.keys();
    if (cache.size >= MAX_KEYS && oldest !== undefined) cache.delete(oldest);
    cache.set(kid, { jwk, untilMs: Date.now() + cacheSeconds * 1000 });
    try {
      return await jwk;
    } catch (error) {
      // The next delivery asks again.
      if (cache.get(kid)?.jwk === jwk) cache.delete(kid);
      throw error;
    }
  };
}

function keyIdOf({ headers }: Delivery): string | undefined {
  try {
    const { alg, kid } = readToken(
      "plaid",
      headerOf(headers, "plaid-verification") ?? "",
      false,
    ).header;
    return alg === "ES256" && typeof kid === "string" && UUID.test(kid) ? kid : undefined;
  } catch (error) {
    if (isWebhookError(error)) return undefined;
    throw error;
  }
}

async function askFor(kid: string, options: PlaidKeysOptions): Promise<string | undefined> {
  const { clientId, secret, environment = "production", timeoutMs = 1500 } = options;
  const response = await (options.fetch ?? fetch)(
    `https://${environment}.plaid.com/webhook_verification_key/get`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: clientId, secret, key_id: kid }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    },
  );
  const answer: unknown = JSON.parse(await boundedText(response));
  if (response.status === 400 && UNKNOWN_KEY.test(errorCodeOf(answer) ?? "")) return undefined;
  if (response.status !== 200) {
    throw new Error(
      `Plaid answered with ${response.status} (${errorCodeOf(answer)}) when asked for a key. Are clientId and secret those of ${environment}?`,
    );
  }
  const { key } = answer as { readonly key?: { readonly expired_at?: number | null } };
  if (key === undefined) throw new Error("Plaid's answer has no key in it");
  // `expired_at` is not a member of RFC 7517.
  const { expired_at: expiredAt, ...jwk } = key;
  return typeof expiredAt === "number" ? undefined : JSON.stringify(jwk);
}

function errorCodeOf(answer: unknown): string | undefined {
  const code = (answer as { readonly error_code?: unknown } | null)?.error_code;
  return typeof code === "string" ? code : undefined;
}
