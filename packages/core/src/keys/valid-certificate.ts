import { readCertificate } from "../algorithms/certificate.ts";
import { fromBase64 } from "../base/bytes.ts";

/** Returns a certificate in PEM as it is, the first of several. Throws where it is none, or is not valid now. */
export function validCertificate(text: string, nowMs: number): string {
  const [pem = "", base64 = ""] =
    /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(text) ?? [];
  const certificate = readCertificate(fromBase64(base64.replaceAll(/\s/g, "")) ?? new Uint8Array());
  if (certificate === undefined) throw new Error("what was fetched is no certificate");
  const { notBeforeMs, notAfterMs } = certificate;
  if (nowMs < notBeforeMs || nowMs > notAfterMs) {
    throw new Error("the certificate is not valid now");
  }
  return pem;
}
