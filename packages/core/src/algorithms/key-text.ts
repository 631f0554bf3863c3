import { fromBase64, fromHex, textIfUtf8, utf8 } from "../base/bytes.ts";
import type { KeyMaterial, PublicKeyScheme } from "./algorithm.ts";
import { readCertificate } from "./certificate.ts";
import { readOneDer, SEQUENCE, writeBitString, writeDer } from "./der.ts";

/** Providers call either the key itself or a structure around it their public key. */
const RAW_BYTES = { ed25519: 32, "ecdsa-p256": 65, rsa: undefined, "rsa-pss": undefined } as const;

/** AlgorithmIdentifiers (RFC 8410, 5480 and 3279), as hex. */
const IDENTIFIERS = {
  ed25519: "300506032b6570",
  "ecdsa-p256": "301306072a8648ce3d020106082a8648ce3d030107",
  rsa: "300d06092a864886f70d0101010500",
  "rsa-pss": "300d06092a864886f70d0101010500",
} as const;

const OCTET_STRING = 0x04;
const INTEGER_0 = Uint8Array.of(0x02, 0x01, 0x00);

/**
 * Reads a key as providers and tools write it: PEM (public key, certificate or private key), a JWK as JSON, base64 of DER, or the bare
 * key in hex or base64, also behind `whpk_` and `whsk_` (Standard Webhooks). Which of these it is needs no guessing: no text is a key
 * in two of them.
 *
 * @param text the key
 * @returns undefined if it is none of them
 */
export function readKeyText(scheme: PublicKeyScheme, text: string): KeyMaterial | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return readJwk(trimmed);
  const pem = /^-----BEGIN ([A-Z ]+)-----([^-]*)-----END \1-----/.exec(trimmed);
  if (pem !== null) {
    const [, label = "", body = ""] = pem;
    const der = fromBase64(body.replaceAll(/\s/g, ""));
    return der && readPem(scheme, label, der);
  }
  if (trimmed.startsWith("whsk_")) return readSeed(scheme, fromBase64(trimmed.slice(5)));
  const bare = trimmed.startsWith("whpk_") ? trimmed.slice(5) : trimmed;
  return readKeyBytes(scheme, fromHex(bare)) ?? readKeyBytes(scheme, fromBase64(bare));
}

/** Reads a public key from bytes: the bare key, DER, or the text of one. */
export function readKeyBytes(
  scheme: PublicKeyScheme,
  bytes: Uint8Array | undefined,
): KeyMaterial | undefined {
  if (bytes === undefined) return undefined;
  if (bytes.length === RAW_BYTES[scheme.kind]) return publicKey(wrapped(scheme, bytes));
  return readOneDer(bytes, SEQUENCE) && publicKey(bytes);
}

/** Reads the text of a key that came as bytes, such as those of a file. */
export function textOfKey(bytes: Uint8Array): string | undefined {
  const text = textIfUtf8(bytes)?.trim();
  return text !== undefined && /^(-----BEGIN |\{|wh[ps]k_)/.test(text) ? text : undefined;
}

function readPem(scheme: PublicKeyScheme, label: string, der: Uint8Array): KeyMaterial | undefined {
  switch (label) {
    case "PUBLIC KEY":
      return publicKey(der);
    case "RSA PUBLIC KEY":
      return publicKey(wrapped(scheme, der));
    case "CERTIFICATE": {
      const certificate = readCertificate(der);
      return certificate && publicKey(certificate.publicKey);
    }
    case "PRIVATE KEY":
      return { form: "der", der, isPrivate: true };
    default:
      return undefined;
  }
}

function readJwk(text: string): KeyMaterial | undefined {
  try {
    const jwk = JSON.parse(text) as Readonly<Record<string, unknown>>;
    // A symmetric key among public ones is how a public key comes to be used as an HMAC's secret.
    return jwk["kty"] === "oct" ? undefined : { form: "jwk", jwk, isPrivate: "d" in jwk };
  } catch {
    return undefined;
  }
}

/** The seed of an Ed25519 key, which may have the public key behind it (NaCl's form). */
function readSeed(
  { kind }: PublicKeyScheme,
  bytes: Uint8Array | undefined,
): KeyMaterial | undefined {
  if (kind !== "ed25519" || (bytes?.length !== 32 && bytes?.length !== 64)) return undefined;
  const seed = writeDer(OCTET_STRING, writeDer(OCTET_STRING, bytes.subarray(0, 32)));
  const der = writeDer(SEQUENCE, INTEGER_0, identifierOf(kind), seed);
  return { form: "der", der, isPrivate: true };
}

function publicKey(der: Uint8Array): KeyMaterial {
  return { form: "der", der, isPrivate: false };
}

/** A bare key as SubjectPublicKeyInfo. */
function wrapped({ kind }: PublicKeyScheme, key: Uint8Array): Uint8Array {
  return writeDer(SEQUENCE, identifierOf(kind), writeBitString(key));
}

function identifierOf(kind: PublicKeyScheme["kind"]): Uint8Array {
  return fromHex(IDENTIFIERS[kind]) ?? utf8("");
}
