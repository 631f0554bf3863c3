import { generateKeyPairSync, type KeyObject, randomUUID, sign as signBytes } from "node:crypto";

/** A key pair as JWKs, with the same `kid`. */
export interface KeyPair {
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly kid: string;
}

/** Makes a new key pair for an algorithm of JOSE. */
export function keyPair(algorithm: string, kid: string = randomUUID()): KeyPair {
  const { privateKey, publicKey } = pairFor(algorithm);
  return {
    kid,
    privateKey,
    publicKey,
    publicJwk: { ...publicKey.export({ format: "jwk" }), kid },
    privateJwk: { ...privateKey.export({ format: "jwk" }), kid },
  };
}

function pairFor(algorithm: string): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === "EdDSA") return generateKeyPairSync("ed25519");
  if (/^(RS|PS)/.test(algorithm)) return generateKeyPairSync("rsa", { modulusLength: 2048 });
  const namedCurve = { ES256: "P-256", ES384: "P-384", ES512: "P-521" }[algorithm] ?? "P-256";
  return generateKeyPairSync("ec", { namedCurve });
}

/** Writes a token by hand, with `node:crypto` and nothing of the library that verifies it. */
export function tokenOf(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>> | string,
  signWith: (content: Buffer) => Uint8Array,
): string {
  const payload = typeof claims === "string" ? claims : JSON.stringify(claims);
  const content = [JSON.stringify(header), payload]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
  return `${content}.${Buffer.from(signWith(Buffer.from(content))).toString("base64url")}`;
}

/** Signs as ES256 does: `r` and `s`, 32 bytes each. */
export function es256(key: KeyObject): (content: Buffer) => Uint8Array {
  return (content) => signBytes("sha256", content, { key, dsaEncoding: "ieee-p1363" });
}
