import type { CustomSign, SignedDelivery } from "@countersign/core";
import {
  CompactSign,
  type CompactJWSHeaderParameters,
  FlattenedSign,
  importJWK,
  importPKCS8,
  type JWK,
} from "jose";
import { claimsIn, digestOf } from "./body-proof.ts";
import { utf8Text } from "./compact-token.ts";
import type { TokenDefinition, TokenFields } from "./definition.ts";
import { detachedContent, isDetached } from "./detached.ts";
import { configError } from "./errors.ts";
import type { TokenKey } from "./keys.ts";
import { placed } from "./placed-token.ts";

/** Long enough for a test, and shorter than the tokens of most providers. */
const LIFETIME_SECONDS = 300;

/** The signing key, with the header that names it. */
interface Signer {
  readonly key: TokenKey;
  readonly header: CompactJWSHeaderParameters;
}

/** Makes the function that signs deliveries with a token, as the provider would. */
export function signWith(definition: TokenDefinition): CustomSign {
  return async (delivery, { secrets: [secret], nowMs, parts }) => {
    const signer = await signerOf(definition, secret ?? new Uint8Array());
    const token = isDetached(definition)
      ? await detachedToken(definition, delivery, signer, parts)
      : await claimsToken(definition, delivery, signer, nowMs, parts);
    const sent = placed(definition, token, delivery);
    return { ...sent, headers: { ...sent.headers, ...keyIdOf(definition, signer) } };
  };
}

function keyIdOf({ keyIdHeader }: TokenDefinition, { header }: Signer): Record<string, string> {
  return keyIdHeader !== undefined && header.kid !== undefined
    ? { [keyIdHeader.toLowerCase()]: header.kid }
    : {};
}

async function claimsToken(
  definition: TokenDefinition,
  { body }: SignedDelivery,
  { key, header }: Signer,
  nowMs: number,
  parts: ReadonlyMap<string, string>,
): Promise<string> {
  const claims = {
    ...timesOf(definition, nowMs),
    ...(await claimsAbout(definition, body)),
    ...definition.alsoSigned?.claims,
    ...wantedClaims(definition),
    ...Object.fromEntries([...parts].map(([name, text]) => [name, claimOf(name, text)])),
  };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader(header)
    .sign(key);
}

/** The claims that carry the body, or its digest. */
async function claimsAbout(
  { name, proves }: TokenDefinition,
  body: Uint8Array,
): Promise<TokenFields> {
  if (typeof proves === "object" && "bodySha256" in proves) {
    return { [proves.bodySha256]: await digestOf(body, proves.encoding) };
  }
  try {
    if (typeof proves === "object" && "claim" in proves) return { [proves.claim]: utf8Text(body) };
    return proves === "payload" ? claimsIn(body) : {};
  } catch (cause) {
    throw configError(`${name}: the body can't be put into a token: ${String(cause)}.`);
  }
}

/** Of each claim that must have one of several values, the first. */
function wantedClaims({ issuer, audience, claims = {} }: TokenDefinition): TokenFields {
  const wanted = { ...claims, iss: issuer, aud: audience };
  const entries = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat()[0]]));
}

function timesOf({ requiredClaims = [] }: TokenDefinition, nowMs: number): TokenFields {
  const now = Math.floor(nowMs / 1000);
  const expires = requiredClaims.includes("exp");
  return { iat: now, ...(expires && { exp: now + LIFETIME_SECONDS }) };
}

/** Dates of claims are numbers. */
function claimOf(name: string, text: string): string | number {
  return /^(iat|exp|nbf|ts)$/.test(name) ? Number(text) : text;
}

async function detachedToken(
  definition: TokenDefinition,
  delivery: SignedDelivery,
  { key, header }: Signer,
  parts: ReadonlyMap<string, string>,
): Promise<string> {
  const { headers } = delivery;
  const read = (name: string): string | undefined =>
    new Headers(headers as Record<string, string>).get(name) ?? undefined;
  const inHeader = Object.fromEntries(
    [...parts].map(([name, text]) => [name, claimOf(name, text)]),
  );
  const protectedHeader = { ...header, ...inHeader };
  const content = detachedContent(definition, delivery, read, protectedHeader);
  if (content === undefined) {
    throw configError(`${definition.name} signs something that the message has not.`);
  }
  const signed = await new FlattenedSign(content).setProtectedHeader(protectedHeader).sign(key);
  return `${signed.protected}..${signed.signature}`;
}

async function signerOf(definition: TokenDefinition, secret: Uint8Array): Promise<Signer> {
  const { algorithms, tokenType: typ = "JWT", alsoSigned } = definition;
  const [first = "HS256"] = algorithms;
  if (first.startsWith("HS"))
    return { key: secret, header: { alg: first, typ, ...alsoSigned?.header } };
  const text = new TextDecoder().decode(secret).trim();
  const jwk = text.startsWith("{") ? (JSON.parse(text) as JWK) : undefined;
  for (const alg of algorithms) {
    try {
      const key =
        jwk === undefined ? await importPKCS8(privateKeyIn(text), alg) : await importJWK(jwk, alg);
      const kid = jwk?.kid;
      const x5c = chainIn(text);
      return {
        key,
        header: {
          ...alsoSigned?.header,
          alg,
          typ,
          ...(kid && { kid }),
          ...(x5c.length > 0 && { x5c }),
        },
      };
    } catch {
      // Perhaps it is a key for the next.
    }
  }
  throw configError(
    `${definition.name}: signing needs a private key for ${algorithms.join(" or ")}, as PEM (PKCS #8) or JWK. In a test, make a pair and give the receiver the public key.`,
  );
}

function privateKeyIn(text: string): string {
  return /^-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(text)?.[0] ?? text;
}

/** The certificates that stand behind a private key, as `x5c` has them. */
function chainIn(text: string): string[] {
  const blocks = text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g);
  return Array.from(blocks, ([, base64 = ""]) => base64.replaceAll(/\s/g, ""));
}
