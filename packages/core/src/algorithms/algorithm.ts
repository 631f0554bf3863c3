/** HMACs other than HMAC-SHA256, which has a backend of its own. */
export type OtherHmac = "sha1" | "sha384" | "sha512" | "md5";

/** Signatures that a public key verifies. */
export type PublicKeyAlgorithm =
  | "ed25519"
  | "ecdsa-p256-sha1"
  | "ecdsa-p256-sha256"
  | "rsa-sha1"
  | "rsa-sha256"
  | "rsa-sha512"
  | "rsa-pss-sha256"
  | "rsa-pss-sha512";

/** How long the digest of each hash is, in bytes. */
export const DIGEST_BYTES: Readonly<Record<OtherHmac, number>> = {
  md5: 16,
  sha1: 20,
  sha384: 48,
  sha512: 64,
};

/** A public-key algorithm taken apart. */
export interface PublicKeyScheme {
  readonly kind: "ed25519" | "ecdsa-p256" | "rsa" | "rsa-pss";
  /** Undefined for Ed25519, which hashes by itself. */
  readonly hash: "sha1" | "sha256" | "sha512" | undefined;
}

export const PUBLIC_KEY_SCHEMES: Readonly<Record<PublicKeyAlgorithm, PublicKeyScheme>> = {
  ed25519: { kind: "ed25519", hash: undefined },
  "ecdsa-p256-sha1": { kind: "ecdsa-p256", hash: "sha1" },
  "ecdsa-p256-sha256": { kind: "ecdsa-p256", hash: "sha256" },
  "rsa-sha1": { kind: "rsa", hash: "sha1" },
  "rsa-sha256": { kind: "rsa", hash: "sha256" },
  "rsa-sha512": { kind: "rsa", hash: "sha512" },
  "rsa-pss-sha256": { kind: "rsa-pss", hash: "sha256" },
  "rsa-pss-sha512": { kind: "rsa-pss", hash: "sha512" },
};

/** Factoring a shorter RSA key is within reach (NIST SP 800-131A): it proves nothing. */
export const MIN_RSA_BITS = 2048;

/** An asymmetric key as one of the two forms that every runtime imports. */
export type KeyMaterial =
  | {
      readonly form: "der";
      /** SubjectPublicKeyInfo (RFC 5280), or PKCS #8 (RFC 5958) for a private key. */
      readonly der: Uint8Array;
      readonly isPrivate: boolean;
    }
  | {
      readonly form: "jwk";
      readonly jwk: Readonly<Record<string, unknown>>;
      readonly isPrivate: boolean;
    };

/** A key that a backend has imported; what is inside belongs to that backend. */
export interface ImportedKey {
  readonly isPrivate: boolean;
  /** How long each signature under it is, in bytes. */
  readonly signatureBytes: number;
}

/**
 * How long a signature is: as long as the modulus of an RSA key, 64 bytes under any other.
 *
 * A backend refuses any other length itself. OpenSSL takes an RSA-PSS signature whose leading zero is gone, which RFC 8017 (8.1.2) forbids:
 * one signature would have two spellings.
 */
export function signatureBytesOf(modulusBits: number | undefined): number {
  return modulusBits === undefined ? 64 : Math.ceil(modulusBits / 8);
}

/**
 * Cryptography that only some providers need. `node.ts` and `web.ts` implement it; the `imports` of package.json choose one as
 * `#crypto`.
 */
export interface AlgorithmBackend {
  /** Tells whether this runtime has the hash. WebCrypto has no MD5. */
  hasHash(hash: OtherHmac): boolean;
  /** Computes an HMAC (RFC 2104) of `content` under `secret`. */
  hmac(hash: OtherHmac, secret: Uint8Array, content: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * Imports a key for one algorithm.
   *
   * @returns the key, or a promise of it; throws or rejects if the key is of another kind, on another curve, or an RSA key shorter than
   *   {@link MIN_RSA_BITS}
   */
  importKey(algorithm: PublicKeyScheme, material: KeyMaterial): ImportedKey | Promise<ImportedKey>;
  /** Tells whether a signature is right. ECDSA signatures are `r` and `s` of 32 bytes each; the salt of RSA-PSS is as long as the hash. */
  verify(
    algorithm: PublicKeyScheme,
    key: ImportedKey,
    content: Uint8Array,
    signature: Uint8Array,
  ): boolean | Promise<boolean>;
  /** Signs with a private key. */
  sign(
    algorithm: PublicKeyScheme,
    key: ImportedKey,
    content: Uint8Array,
  ): Uint8Array | Promise<Uint8Array>;
}
