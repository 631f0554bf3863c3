import { after, type Awaitable } from "../base/awaitable.ts";
import { toHex, utf8 } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import { algorithms } from "#crypto";
import type { HmacKey, Part } from "../hmac/backend.ts";
import {
  type ImportedKey,
  type KeyMaterial,
  PUBLIC_KEY_SCHEMES,
  type PublicKeyAlgorithm,
  type PublicKeyScheme,
} from "../algorithms/algorithm.ts";
import { anyOf } from "../algorithms/any-of.ts";
import { derFromRaw, rawFromDer } from "../algorithms/ecdsa-signature.ts";
import { decodeSignature, encodedLength, encodeSignature } from "../algorithms/encodings.ts";
import { joined } from "../algorithms/joined.ts";
import { readKeyBytes, readKeyText, textOfKey } from "../algorithms/key-text.ts";
import type { Grammar, Scheme } from "../scheme/scheme.ts";

/** Of an RSA key of 16,384 bits. */
const MAX_SIGNATURE_BYTES = 2048;

/** A key with its public half, or whatever it was read from, as the bytes that tell it from others. */
interface AsymmetricKey extends HmacKey {
  readonly imported: Awaitable<ImportedKey>;
}

/** Signatures that a public key verifies: Ed25519, ECDSA on P-256, RSA. */
export const publicKey: Required<Pick<Grammar, "algorithm" | "keysOf" | "signingKeysOf">> = {
  keysOf: (scheme, secret) => keysFor(scheme, secret, "verify"),

  signingKeysOf: (scheme, secret) => keysFor(scheme, secret, "sign"),

  algorithm: {
    misfit(scheme, candidate) {
      const { algorithm, encoding = "base64" } = scheme.definition.signature;
      const fits =
        candidate !== "" &&
        candidate.length <= encodedLength(MAX_SIGNATURE_BYTES, encoding) &&
        bytesOf(scheme, candidate) !== undefined;
      return fits ? undefined : `a signature of ${algorithm} in ${encoding}`;
    },

    matches: (scheme, key, content, candidates) => {
      const bytes = joined(content);
      return after((key as AsymmetricKey).imported, (imported) =>
        anyOf(candidates, (candidate) => {
          const signature = bytesOf(scheme, candidate);
          return (
            signature !== undefined &&
            algorithms.verify(schemeOf(scheme), imported, bytes, signature)
          );
        }),
      );
    },

    write: (scheme, key, content) => signed(scheme, key as AsymmetricKey, content),
  },
};

function schemeOf({ definition: { signature } }: Scheme): PublicKeyScheme {
  return PUBLIC_KEY_SCHEMES[signature.algorithm as PublicKeyAlgorithm];
}

/** The bytes of a signature, those of ECDSA without their DER; undefined where they are not written as they should be. */
function bytesOf(scheme: Scheme, candidate: string): Uint8Array | undefined {
  const { encoding = "base64", ecdsa = "der" } = scheme.definition.signature;
  const bytes = decodeSignature(candidate, encoding);
  const { kind } = schemeOf(scheme);
  if (bytes === undefined || kind === "rsa" || kind === "rsa-pss") return bytes;
  const raw = kind === "ecdsa-p256" && ecdsa === "der" ? rawFromDer(bytes) : bytes;
  return raw?.length === 64 ? raw : undefined;
}

async function signed(
  scheme: Scheme,
  { imported }: AsymmetricKey,
  content: readonly Part[],
): Promise<string> {
  const { encoding = "base64", ecdsa = "der" } = scheme.definition.signature;
  const { kind } = schemeOf(scheme);
  const signature = await algorithms.sign(schemeOf(scheme), await imported, joined(content));
  return encodeSignature(
    kind === "ecdsa-p256" && ecdsa === "der" ? derFromRaw(signature) : signature,
    encoding,
  );
}

function keysFor(scheme: Scheme, secret: unknown, use: "verify" | "sign"): readonly HmacKey[] {
  const keys = keyTextsOf(scheme, secret).map((text) => keyOf(scheme, text, use));
  if (keys.length > 0) return keys;
  throw configError(
    `${scheme.definition.name}: the public key is empty. Is the environment variable that it comes from set?`,
  );
}

/** The keys that a text has in it: `secret.separator` parts several. */
function keyTextsOf({ definition }: Scheme, secret: unknown): readonly (string | Uint8Array)[] {
  if (secret instanceof Uint8Array) return secret.length === 0 ? [] : [textOfKey(secret) ?? secret];
  if (typeof secret === "object" && secret !== null) {
    throw configError(
      `${definition.name}: the secret is an object. Give a JWK as text: JSON.stringify(jwk).`,
    );
  }
  if (typeof secret !== "string") return [];
  const { separator, ignored } = definition.secret ?? {};
  return (separator === undefined ? [secret] : secret.split(separator)).filter(
    (text) => text.trim() !== "" && (ignored === undefined || !text.startsWith(ignored)),
  );
}

function keyOf(scheme: Scheme, text: string | Uint8Array, use: "verify" | "sign"): AsymmetricKey {
  const { name, signature } = scheme.definition;
  const algorithm = schemeOf(scheme);
  const material =
    typeof text === "string" ? readKeyText(algorithm, text) : readKeyBytes(algorithm, text);
  if (material === undefined) {
    throw configError(
      `${name}: the secret is no key for ${signature.algorithm}. Give the public key that ${name} shows: PEM, a JWK as JSON, or base64 or hex of it.`,
    );
  }
  checkUse(name, material, use);
  const wrong = (cause: unknown): Error =>
    configError(
      `${name}: the secret is a key, but none for ${signature.algorithm} (RSA needs 2048 bits): ${String(cause)}. Copy the key that ${name} shows for this endpoint.`,
    );
  let imported: Awaitable<ImportedKey>;
  try {
    imported = algorithms.importKey(algorithm, material);
  } catch (cause) {
    throw wrong(cause);
  }
  if (imported instanceof Promise) {
    imported = imported.catch((cause: unknown) => {
      throw wrong(cause);
    });
    // Awaited with the first delivery; a failure is reported there.
    imported.catch(() => {});
  }
  return { secret: identityOf(material), imported };
}

function checkUse(name: string, { isPrivate }: KeyMaterial, use: "verify" | "sign"): void {
  if (isPrivate && use === "verify") {
    throw configError(
      `${name}: the secret is a private key. A receiver needs the public key alone; whoever has the private one can sign as ${name}.`,
    );
  }
  if (!isPrivate && use === "sign") {
    throw configError(
      `${name}: signing needs the private key, and the secret is a public one. In a test, make a pair and give the receiver the public key.`,
    );
  }
}

function identityOf(material: KeyMaterial): Uint8Array {
  return material.form === "der" ? utf8(toHex(material.der)) : utf8(JSON.stringify(material.jwk));
}
