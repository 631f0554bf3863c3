import { textIfUtf8 } from "../base/bytes.ts";
import { type DerElement, readDer, readOneDer, SEQUENCE } from "./der.ts";

/** The parts of an X.509 certificate that verifying needs. */
export interface Certificate {
  /** SubjectPublicKeyInfo, as DER. */
  readonly publicKey: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const EXPLICIT_VERSION = 0xa0;
const UTC_TIME = 0x17;

/**
 * Reads key and validity of an X.509 certificate (RFC 5280, section 4.1). It checks no chain: whoever takes a certificate from a URL
 * trusts the host that served it over TLS.
 *
 * @param der the certificate
 * @returns undefined if it is not one
 */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  const certificate = readOneDer(der, SEQUENCE);
  const [signed] = (certificate && readDer(certificate.content)) ?? [];
  const fields = (signed?.tag === SEQUENCE && readDer(signed.content)) || [];
  // Version (absent in X.509 v1), serial number, algorithm, issuer, validity, subject, public key.
  const [, , , validity, , publicKey] =
    fields[0]?.tag === EXPLICIT_VERSION ? fields.slice(1) : fields;
  const [notBefore, notAfter] = (validity?.tag === SEQUENCE && readDer(validity.content)) || [];
  const notBeforeMs = timeOf(notBefore);
  const notAfterMs = timeOf(notAfter);
  return publicKey?.tag === SEQUENCE && notBeforeMs !== undefined && notAfterMs !== undefined
    ? { publicKey: publicKey.whole, notBeforeMs, notAfterMs }
    : undefined;
}

/** UTCTime has two digits of the year, of which those from 50 are of the last century (RFC 5280, section 4.1.2.5.1). */
function timeOf(element: DerElement | undefined): number | undefined {
  const text = element && textIfUtf8(element.content);
  const isShort = element?.tag === UTC_TIME;
  const match = /^(\d{2,4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "");
  if (match === null) return undefined;
  const [, year = "", month, day, hour, minute, second] = match;
  const fullYear = isShort ? (Number(year) >= 50 ? `19${year}` : `20${year}`) : year;
  const ms = Date.parse(`${fullYear}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
