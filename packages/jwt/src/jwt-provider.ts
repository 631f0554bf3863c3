import {
  type Covered,
  type CustomDefinition,
  defineProvider,
  type Provider,
  type ReadSecret,
} from "@countersign/core";
import { checkTokenDefinition } from "./check-definition.ts";
import type { TokenDefinition } from "./definition.ts";
import { type KeyFinder, publicKeys, sharedKey } from "./keys.ts";
import { publicOrPrivateKey, sharedSecret } from "./read-secret.ts";
import { signWith } from "./sign-token.ts";
import { verifyWith } from "./verify-token.ts";

const definitions = new WeakMap<object, TokenDefinition>();

/**
 * Makes a provider of one that signs with a JWT or JWS.
 *
 * The result goes wherever a preset goes. Its `secret` is the public key (PEM, certificate, JWK or JWKS as text), the shared secret of
 * HMAC, or `jwksKeys(provider)`. A field `{ part: "iat" }` reads a claim.
 *
 * @param definition what the provider's documentation says, as data
 * @returns the provider, for `verify`, `sign`, `createReceiver` and every middleware
 * @throws `config_invalid` where the definition contradicts itself, or allows what is not safe
 * @example
 * ```ts
 * const acme = jwtProvider<{ "invoice.paid": { id: string } }>({
 *   name: "acme",
 *   token: { header: "Authorization", scheme: "Bearer" },
 *   algorithms: ["ES256"],
 *   proves: { bodySha256: "body_hash", encoding: "hex" },
 *   jwks: "https://acme.example/.well-known/jwks.json",
 *   issuer: "https://acme.example",
 *   audience: "https://example.com/webhooks",
 *   timestamp: { part: "iat", unit: "seconds", of: "attempt" },
 *   id: { part: "jti" },
 *   type: { body: "/type" },
 *   dedup: "id",
 * });
 * const receiver = createReceiver({ provider: acme, secret: jwksKeys(acme) });
 * ```
 */
export function jwtProvider<Events extends object = Record<string, unknown>>(
  definition: TokenDefinition,
): Provider<Events> {
  // What is no list is told below.
  const algorithms: readonly string[] = [definition.algorithms ?? []].flat();
  return algorithms.some((algorithm) => algorithm.startsWith("HS"))
    ? tokenProvider(definition, sharedSecret(definition), sharedKey)
    : tokenProvider(definition, publicOrPrivateKey(definition), publicKeys(definition));
}

/** Makes a provider whose secrets are read and whose keys are found in one way or another. Throws as {@link jwtProvider} does. */
export function tokenProvider<Events extends object>(
  definition: TokenDefinition,
  readSecret: ReadSecret,
  keysOf: KeyFinder,
): Provider<Events> {
  checkTokenDefinition(definition);
  const { token } = definition;
  const provider = defineProvider<Events>({
    ...commonOf(definition),
    ...(token !== "body" && "header" in token && { header: token.header }),
    verify: verifyWith(definition, keysOf),
    sign: signWith(definition),
    readSecret,
    covers: coveredBy(definition),
  });
  definitions.set(provider, definition);
  return provider;
}

/** Returns what a provider was made of; undefined where it was not made here. */
export function tokenDefinitionOf(provider: object): TokenDefinition | undefined {
  return definitions.get(provider);
}

/** The members of a definition that are about its token alone. */
const ABOUT_TOKEN: readonly string[] = [
  "token",
  "algorithms",
  "proves",
  "jwks",
  "issuer",
  "audience",
  "claims",
  "requiredClaims",
  "tokenType",
  "keyIdHeader",
  "alsoSigned",
  "accept",
] satisfies readonly (keyof TokenDefinition)[];

/** The rest, which every provider has. `defineProvider` refuses what it does not know. */
function commonOf(definition: TokenDefinition): Omit<CustomDefinition, "verify" | "covers"> {
  const entries = Object.entries(definition).filter(([name]) => !ABOUT_TOKEN.includes(name));
  return Object.fromEntries(entries) as Omit<CustomDefinition, "verify" | "covers">;
}

/** A fact that is a claim is under the token's signature, whatever else is. */
function coveredBy(definition: TokenDefinition): readonly Covered[] {
  const { proves } = definition;
  const facts = (["id", "type", "timestamp"] as const).filter((fact) => {
    const field = definition[fact];
    return field !== undefined && "part" in field;
  });
  const others = typeof proves === "object" && "detached" in proves ? (proves.facts ?? []) : [];
  const body = proves === "sender" ? [] : (["body"] as const);
  return [...new Set([...body, ...facts, ...others])];
}
