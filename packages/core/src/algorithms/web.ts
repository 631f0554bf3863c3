import {
  type AlgorithmBackend,
  type ImportedKey,
  type KeyMaterial,
  MIN_RSA_BITS,
  type OtherHmac,
  type PublicKeyScheme,
  signatureBytesOf,
} from "./algorithm.ts";

interface WebKey extends ImportedKey {
  readonly key: CryptoKey;
}

const HASHES = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" } as const;
const NAMES = {
  ed25519: "Ed25519",
  "ecdsa-p256": "ECDSA",
  rsa: "RSASSA-PKCS1-v1_5",
  "rsa-pss": "RSA-PSS",
} as const;
const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;

async function hmac(hash: OtherHmac, secret: Uint8Array, content: Uint8Array): Promise<Uint8Array> {
  if (hash === "md5") throw new TypeError("WebCrypto has no MD5");
  const key = await crypto.subtle.importKey(
    "raw",
    secret as BufferSource,
    { name: "HMAC", hash: HASHES[hash] },
    false,
    ["sign"],
  );
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, content as BufferSource));
}

async function importKey(
  { kind, hash }: PublicKeyScheme,
  material: KeyMaterial,
): Promise<ImportedKey> {
  const { isPrivate } = material;
  const parameters = {
    name: NAMES[kind],
    ...(kind === "ecdsa-p256" && { namedCurve: "P-256" }),
    ...(hash !== undefined && kind !== "ecdsa-p256" && { hash: HASHES[hash] }),
  };
  const uses: KeyUsage[] = [isPrivate ? "sign" : "verify"];
  const key =
    material.form === "jwk"
      ? await crypto.subtle.importKey("jwk", withoutUse(material.jwk), parameters, false, uses)
      : await crypto.subtle.importKey(
          isPrivate ? "pkcs8" : "spki",
          material.der as BufferSource,
          parameters,
          false,
          uses,
        );
  const { modulusLength: bits } = key.algorithm as Partial<RsaKeyAlgorithm>;
  if (bits !== undefined && bits < MIN_RSA_BITS) throw new TypeError(`an RSA key of ${bits} bits`);
  const imported: WebKey = { isPrivate, key, signatureBytes: signatureBytesOf(bits) };
  return imported;
}

/** The definition says what a key is for; WebCrypto would compare `alg` and `key_ops` with it in its own spelling. */
function withoutUse(jwk: Readonly<Record<string, unknown>>): JsonWebKey {
  return Object.fromEntries(
    Object.entries(jwk).filter(([name]) => !/^(alg|key_ops|use)$/.test(name)),
  );
}

function parametersOf({ kind, hash }: PublicKeyScheme) {
  return {
    name: NAMES[kind],
    ...(kind === "ecdsa-p256" && hash !== undefined && { hash: HASHES[hash] }),
    ...(kind === "rsa-pss" && hash !== undefined && { saltLength: DIGEST_BYTES[hash] }),
  };
}

/** {@link AlgorithmBackend} on WebCrypto, for runtimes without `node:crypto`. */
export const algorithms: AlgorithmBackend = {
  hasHash: (hash) => hash !== "md5",
  hmac,
  importKey,
  verify: (algorithm, key, content, signature) =>
    signature.length === key.signatureBytes &&
    crypto.subtle.verify(
      parametersOf(algorithm),
      (key as WebKey).key,
      signature as BufferSource,
      content as BufferSource,
    ),
  sign: async (algorithm, key, content) =>
    new Uint8Array(
      await crypto.subtle.sign(
        parametersOf(algorithm),
        (key as WebKey).key,
        content as BufferSource,
      ),
    ),
};

export { equal, findSigner, hmac, prepareKey, sha256, synchronous } from "../hmac/web.ts";
