import type { CustomVerify, SignedDelivery, VerifiedBy, VerifyContext } from "@countersign/core";
import { base64url, errors, flattenedVerify, jwtVerify, type JWTVerifyOptions } from "jose";
import { provenBody } from "./body-proof.ts";
import type { CompactToken } from "./compact-token.ts";
import type { TokenDefinition, TokenFields } from "./definition.ts";
import { refusalOf, refused } from "./errors.ts";
import type { KeyFinder, TokenKey } from "./keys.ts";
import { detachedContent, isDetached } from "./detached.ts";
import { tokensIn } from "./tokens-in.ts";

/** How far a provider's clock may be from ours, for `exp` and `nbf`. */
const CLOCK_SKEW_SECONDS = 10;

/** Makes the function that verifies deliveries with a token. */
export function verifyWith(definition: TokenDefinition, keysOf: KeyFinder): CustomVerify {
  return async (delivery, context) => {
    const tokens = tokensIn(definition, delivery, context.header);
    const proofs = await Promise.all(
      tokens.map((token) => verifyToken(definition, keysOf, token, delivery, context)),
    );
    return proofs[0] ?? false;
  };
}

async function verifyToken(
  definition: TokenDefinition,
  keysOf: KeyFinder,
  token: CompactToken,
  delivery: SignedDelivery,
  context: VerifyContext,
): Promise<VerifiedBy | false> {
  const { name, algorithms } = definition;
  const { alg } = token.header;
  if (!algorithms.some((algorithm) => algorithm === alg)) {
    throw refused(
      name,
      `is signed with ${JSON.stringify(alg)}, and ${name} signs with ${algorithms.join(" or ")}`,
    );
  }
  for (const secret of context.secrets) {
    for (const key of await keysOf(secret, token.header, context.nowMs)) {
      const fields = await fieldsBy(definition, token, key, delivery, context);
      if (fields !== undefined) {
        return { secret, ...(await proofOf(definition, token, fields, delivery)) };
      }
    }
  }
  throw refused(name, "was signed by none of the configured keys");
}

/** Verifies with one key. Returns the claims, or of a detached token the header; undefined where it was another key. */
async function fieldsBy(
  definition: TokenDefinition,
  token: CompactToken,
  key: TokenKey,
  delivery: SignedDelivery,
  { header, nowMs }: VerifyContext,
): Promise<TokenFields | undefined> {
  const { name, algorithms } = definition;
  try {
    if (isDetached(definition)) {
      const content = detachedContent(definition, delivery, header, token.header);
      if (content === undefined) throw refused(name, "signs what the delivery does not have");
      const payload = token.header["b64"] === false ? content : base64url.encode(content);
      const { protectedHeader, signature } = token;
      const signed = { protected: protectedHeader, payload, signature };
      await flattenedVerify(signed, key, { algorithms: [...algorithms] });
      return token.header;
    }
    const { payload } = await jwtVerify(token.text, key, optionsOf(definition, nowMs));
    return payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
    throw refusalOf(name, error) ?? error;
  }
}

function optionsOf(
  { algorithms, issuer, audience, tokenType, requiredClaims }: TokenDefinition,
  nowMs: number,
): JWTVerifyOptions {
  return {
    algorithms: [...algorithms],
    currentDate: new Date(nowMs),
    clockTolerance: CLOCK_SKEW_SECONDS,
    ...(issuer !== undefined && { issuer: [issuer].flat() }),
    ...(audience !== undefined && { audience: [audience].flat() }),
    ...(tokenType !== undefined && { typ: tokenType }),
    ...(requiredClaims !== undefined && { requiredClaims: [...requiredClaims] }),
  };
}

/** Reads the facts that a token with a right signature proves. Throws if its claims are for somebody else. */
async function proofOf(
  definition: TokenDefinition,
  { payload }: CompactToken,
  fields: TokenFields,
  delivery: SignedDelivery,
): Promise<VerifiedBy> {
  const { name, claims = {}, accept } = definition;
  for (const [claim, wanted] of Object.entries(claims)) {
    if ([wanted].flat().some((value) => value === fields[claim])) continue;
    throw refused(name, `has another claim \`${claim}\` than the definition asks for`);
  }
  if ((await accept?.(fields, delivery)) === false) throw refused(name, "is for another receiver");
  const { exp } = fields;
  const body = await provenBody(definition, payload, fields, delivery.body);
  return {
    parts: partsOf(fields),
    ...(body !== undefined && { body }),
    ...(typeof exp === "number" && { verifiableUntilMs: (exp + CLOCK_SKEW_SECONDS) * 1000 }),
  };
}

function partsOf(fields: TokenFields): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) {
    if (/^(string|number|boolean)$/.test(typeof value)) parts.set(name, String(value));
  }
  return parts;
}
