import { base64url } from "jose";
import { utf8Text } from "./compact-token.ts";
import type { TokenDefinition, TokenFields } from "./definition.ts";
import { malformed, refused } from "./errors.ts";

/**
 * Returns the bytes that a token proves, where they are not the body as sent.
 *
 * @throws `signature_mismatch` where a claim is the digest of another body
 */
export async function provenBody(
  { name, proves }: TokenDefinition,
  payload: string,
  claims: TokenFields,
  body: Uint8Array,
): Promise<Uint8Array | string | undefined> {
  if (proves === "payload") return base64url.decode(payload);
  if (typeof proves !== "object" || "detached" in proves) return undefined;
  if ("claim" in proves) {
    const text = claims[proves.claim];
    if (typeof text === "string") return text;
    throw malformed(name, `has no text in its claim \`${proves.claim}\``);
  }
  const { bodySha256, encoding } = proves;
  if (claims[bodySha256] === (await digestOf(body, encoding))) return undefined;
  throw refused(
    name,
    `is for another body: its claim \`${bodySha256}\` is not the SHA-256 of this one. Was the body parsed and written anew?`,
  );
}

/** Returns the SHA-256 of bytes, as a provider writes it. */
export async function digestOf(
  bytes: Uint8Array,
  encoding: "hex" | "base64" | "base64url",
): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice()));
  if (encoding === "base64url") return base64url.encode(digest);
  if (encoding === "base64") return btoa(String.fromCharCode(...digest));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads a body as the claims that a token is to carry. Throws `TypeError` where it is no JSON object. */
export function claimsIn(body: Uint8Array): TokenFields {
  const claims: unknown = JSON.parse(utf8Text(body));
  if (typeof claims === "object" && claims !== null && !Array.isArray(claims)) {
    return claims as TokenFields;
  }
  throw new TypeError("the body is no JSON object");
}
