import type { ReadSecret } from "@countersign/core";
import { utf8Text } from "./compact-token.ts";
import type { TokenDefinition } from "./definition.ts";
import { configError } from "./errors.ts";

/** The members of a definition that decide how its secret is read. */
type Keyed = Pick<TokenDefinition, "name" | "algorithms">;

/** Makes the function that reads a shared secret (HMAC). A key in PEM or JSON there is a mistake, and would be a hole. */
export function sharedSecret({ name }: Keyed): ReadSecret {
  return (secret) => {
    const text = typeof secret === "string" ? secret : new TextDecoder().decode(secret);
    if (/^\s*(-----BEGIN|\{)/.test(text)) {
      throw configError(
        `${name}: the secret is a key in PEM or JSON, and ${name} signs with a shared secret. Copy the signing secret.`,
      );
    }
    return undefined;
  };
}

/** Makes the function that reads a key, as PEM, certificate, JWK or JWKS. Whether it fits the algorithm is found out with the first use. */
export function publicOrPrivateKey({ name, algorithms }: Keyed): ReadSecret {
  return (secret, use) => {
    const text = textOf(secret)?.trim() ?? "";
    const half = halfOf(text);
    if (half === "private" && use === "verify") {
      throw configError(
        `${name}: the secret is a private or symmetric key. A receiver needs the public key alone; whoever has the private one can sign as ${name}.`,
      );
    }
    if (half === "public" && use === "sign") {
      throw configError(
        `${name}: signing needs the private key, and the secret is a public one. In a test, make a pair and give the receiver the public key.`,
      );
    }
    if (half === undefined) {
      throw configError(
        `${name}: the secret is no key for ${algorithms.join(" or ")}. Give PEM (BEGIN PUBLIC KEY or BEGIN CERTIFICATE), a JWK or a JWKS as JSON, or jwksKeys(provider).`,
      );
    }
    return new TextEncoder().encode(text);
  };
}

function halfOf(text: string): "public" | "private" | undefined {
  if (text.startsWith("-----BEGIN PRIVATE KEY-----")) return "private";
  if (/^-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/.test(text)) return "public";
  const json = jsonOf(text);
  if (json === undefined) return undefined;
  if (Array.isArray((json as { readonly keys?: unknown }).keys)) return "public";
  const { kty, d } = json as { readonly kty?: unknown; readonly d?: unknown };
  if (typeof kty !== "string") return undefined;
  return kty === "oct" || d !== undefined ? "private" : "public";
}

/** Reads JSON; undefined where the text is no object. */
export function jsonOf(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

function textOf(secret: string | Uint8Array): string | undefined {
  if (typeof secret === "string") return secret;
  try {
    return utf8Text(secret);
  } catch {
    return undefined;
  }
}
