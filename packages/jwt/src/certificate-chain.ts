import { X509Certificate } from "node:crypto";
import type { ReadSecret } from "@countersign/core";
import { readDer, readOneDer } from "@countersign/core/adapter";
import { importSPKI } from "jose";
import { utf8Text } from "./compact-token.ts";
import type { TokenDefinition, TokenFields } from "./definition.ts";
import { configError } from "./errors.ts";
import type { KeyFinder } from "./keys.ts";

/** The extensions that the certificates of a chain must have, as the DER of an extension's object identifier, in hex. */
export interface ChainMarks {
  readonly leaf: string;
  readonly intermediate: string;
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const SEQUENCE = 0x30;
const EXTENSIONS = 0xa3;

/** Makes the function that reads root certificates, or in a test the private key with the chain behind it. */
export function rootCertificates({ name }: Pick<TokenDefinition, "name">): ReadSecret {
  return (secret, use) => {
    const text = (typeof secret === "string" ? secret : new TextDecoder().decode(secret)).trim();
    const isKey = text.startsWith("-----BEGIN PRIVATE KEY-----");
    if (isKey && use === "verify") {
      throw configError(`${name}: the secret is a private key. Give the root certificate, in PEM.`);
    }
    if (use === "sign" ? !isKey : certificatesIn(text).length === 0) {
      throw configError(
        use === "sign"
          ? `${name}: signing needs a private key in PEM (PKCS #8), with the certificates of the chain behind it.`
          : `${name}: the secret is no certificate. Give the root certificate, in PEM (BEGIN CERTIFICATE).`,
      );
    }
    return new TextEncoder().encode(text);
  };
}

/**
 * Makes a {@link KeyFinder} for tokens that bring their certificates along (`x5c`): three, of which the last is ignored for the configured root.
 *
 * A chain counts if each certificate was issued and signed by the next, is valid now, and has its mark. Nothing is fetched: a revocation is
 * not noticed.
 */
export function keysOfChain(marks: ChainMarks): KeyFinder {
  return async (secret, header, nowMs) => {
    const [leaf, intermediate] = chainIn(header);
    if (leaf === undefined || intermediate === undefined) return [];
    const root = certificatesIn(utf8Text(secret)).find(
      (one) => isIssuedBy(intermediate, one) && isValid(one, nowMs),
    );
    const isTrusted =
      root !== undefined &&
      isIssuedBy(leaf, intermediate) &&
      [leaf, intermediate].every((one) => isValid(one, nowMs)) &&
      hasExtension(leaf, marks.leaf) &&
      hasExtension(intermediate, marks.intermediate);
    if (!isTrusted) return [];
    const spki = leaf.publicKey.export({ type: "spki", format: "pem" }).toString();
    return [await importSPKI(spki, String(header["alg"]))];
  };
}

function chainIn({ x5c }: TokenFields): readonly X509Certificate[] {
  if (!Array.isArray(x5c) || x5c.length !== 3) return [];
  try {
    return x5c.map((base64: unknown) => new X509Certificate(Buffer.from(String(base64), "base64")));
  } catch {
    return [];
  }
}

function certificatesIn(text: string): readonly X509Certificate[] {
  try {
    return (text.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return [];
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isValid({ validFrom, validTo }: X509Certificate, nowMs: number): boolean {
  return Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);
}

/** Extensions are the last field of what is signed (RFC 5280, section 4.1). */
function hasExtension({ raw }: X509Certificate, oid: string): boolean {
  const [signed] = readDer(readOneDer(raw, SEQUENCE)?.content ?? new Uint8Array()) ?? [];
  const fields = (signed && readDer(signed.content)) ?? [];
  const wrapped = fields.find(({ tag }) => tag === EXTENSIONS);
  const list = wrapped && readOneDer(wrapped.content, SEQUENCE);
  return ((list && readDer(list.content)) ?? []).some(({ content }) => {
    const [id] = readDer(content) ?? [];
    return id !== undefined && Buffer.from(id.content).toString("hex") === oid;
  });
}
