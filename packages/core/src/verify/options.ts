import type { Delivery } from "../delivery/delivery.ts";
import { configError } from "../base/errors.ts";
import type { Provider } from "../scheme/provider.ts";
import { schemeOf } from "../scheme/compile.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { type PreparedLookup, prepareLookup } from "../secrets/lookup.ts";
import {
  type PreparedSecret,
  prepareSecrets,
  type SecretLookup,
  type Secrets,
} from "../secrets/secret.ts";

/** The options of `verify`; receivers and middleware take them too. */
export interface VerifyOptions<Events extends object = Record<string, unknown>> {
  /** Who signs: a preset of `@countersign/core/providers`, or one made with `defineProvider`. */
  readonly provider: Provider<Events>;
  /** The secret as the provider shows it, final key bytes, a list for rotation, or a function that looks it up. */
  readonly secret: Secrets | SecretLookup;
  /** How far the signed time may be from now, in either direction, in seconds. Default: what the provider documents. */
  readonly toleranceSeconds?: number | undefined;
  /**
   * The URL that the provider calls, for schemes that sign it, where a proxy changes it on the way: an origin
   * (`https://example.com`), a whole URL, or a function of the delivery.
   */
  readonly publicUrl?: string | ((delivery: Delivery) => string) | undefined;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** How long a `secret` function may take, in milliseconds. Default 2000. */
  readonly secretTimeoutMs?: number | undefined;
  /** `platform` keeps to the runtime's own HMAC, as FIPS rules may ask. Default `fastest`. */
  readonly hmac?: "fastest" | "platform" | undefined;
}

/** The answers that a delivery is checked with. */
export interface Verification {
  readonly scheme: Scheme;
  /** Undefined where `lookUp` finds them for each delivery. */
  readonly secrets: readonly PreparedSecret[] | undefined;
  readonly lookUp: PreparedLookup | undefined;
  /** Undefined where no signed time limits a delivery. */
  readonly toleranceMs: number | undefined;
  readonly publicUrl: string | ((delivery: Delivery) => string) | undefined;
  readonly now: () => number;
}

/**
 * Asks the options once. Cheap enough for every call of `verify()`, since schemes and keys are cached.
 *
 * @throws `config_invalid`
 */
export function verificationOf<Events extends object>(
  options: VerifyOptions<Events>,
): Verification {
  const scheme = schemeOf(options?.provider);
  const { provider, secret, toleranceSeconds, secretTimeoutMs, publicUrl, hmac } = options;
  const { name, timestamp } = provider;
  const signsTime = timestamp && !timestamp.unsigned;
  if (toleranceSeconds !== undefined && !signsTime) {
    throw configError(
      `${name} signs no timestamp for toleranceSeconds. Remove it: dedup stops replays.`,
    );
  }
  if (hmac && hmac !== "fastest" && hmac !== "platform") {
    throw configError('hmac must be "fastest" or "platform".');
  }
  const platformOnly = hmac === "platform";
  const isLookup = typeof secret === "function";
  return {
    scheme,
    secrets: isLookup ? undefined : prepareSecrets(scheme, secret, platformOnly),
    lookUp: isLookup ? prepareLookup(scheme, secret, secretTimeoutMs, platformOnly) : undefined,
    toleranceMs: signsTime
      ? scheme.grammar.toleranceMs?.(name, timestamp, toleranceSeconds)
      : undefined,
    publicUrl,
    now: options.now ?? Date.now,
  };
}
