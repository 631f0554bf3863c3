// With `hmac/node.ts` the only files of the core that know Node. It also serves Bun and Deno, whose `node:crypto` is native.
import * as crypto from "node:crypto";
import {
  type AlgorithmBackend,
  type ImportedKey,
  type KeyMaterial,
  MIN_RSA_BITS,
  type OtherHmac,
  type PublicKeyScheme,
  signatureBytesOf,
} from "./algorithm.ts";

interface NodeKey extends ImportedKey {
  readonly object: crypto.KeyObject;
}

function hmac(hash: OtherHmac, secret: Uint8Array, content: Uint8Array): Uint8Array {
  return crypto.createHmac(hash, secret).update(content).digest();
}

function importKey({ kind }: PublicKeyScheme, material: KeyMaterial): NodeKey {
  const { isPrivate } = material;
  const jwk =
    material.form === "jwk"
      ? { key: material.jwk as crypto.JsonWebKey, format: "jwk" as const }
      : undefined;
  const key = material.form === "jwk" ? Buffer.alloc(0) : Buffer.from(material.der);
  const object = isPrivate
    ? crypto.createPrivateKey(jwk ?? { key, format: "der", type: "pkcs8" })
    : crypto.createPublicKey(jwk ?? { key, format: "der", type: "spki" });
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = object;
  const isOfKind =
    kind === "ed25519"
      ? type === "ed25519"
      : kind === "ecdsa-p256"
        ? type === "ec" && details.namedCurve === "prime256v1"
        : type === "rsa" && (details.modulusLength ?? 0) >= MIN_RSA_BITS;
  if (!isOfKind) throw new TypeError(`not a key for ${kind}`);
  return { isPrivate, object, signatureBytes: signatureBytesOf(details.modulusLength) };
}

/** The arguments of `crypto.sign` and `crypto.verify`. */
function optionsOf({ kind, hash }: PublicKeyScheme, key: ImportedKey) {
  const { object } = key as NodeKey;
  if (kind === "ecdsa-p256") return { key: object, dsaEncoding: "ieee-p1363" as const };
  const padding = crypto.constants[kind === "rsa" ? "RSA_PKCS1_PADDING" : "RSA_PKCS1_PSS_PADDING"];
  return hash === undefined
    ? { key: object }
    : { key: object, padding, saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST };
}

/** {@link AlgorithmBackend} on `node:crypto`. */
export const algorithms: AlgorithmBackend = {
  hasHash: (hash) => crypto.getHashes().includes(hash),
  hmac,
  importKey,
  verify: (algorithm, key, content, signature) =>
    signature.length === key.signatureBytes &&
    crypto.verify(algorithm.hash ?? null, content, optionsOf(algorithm, key), signature),
  sign: (algorithm, key, content) =>
    crypto.sign(algorithm.hash ?? null, content, optionsOf(algorithm, key)),
};

export { equal, findSigner, hmac, prepareKey, sha256, synchronous } from "../hmac/node.ts";
