import { bytesOf, fromBase64, textIfUtf8 } from "../base/bytes.ts";
import { readCertificate } from "../algorithms/certificate.ts";
import type { SecretLookup } from "../secrets/secret.ts";
import { type KeySource, keysFrom } from "./keys-from.ts";

/** Hosts of SNS in all partitions, and the one form that the names of its certificates have. */
const CERTIFICATE_URL =
  /^https:\/\/sns\.[a-z]{2}(-[a-z]+){1,2}-\d\.amazonaws\.com(\.cn)?\/SimpleNotificationService-[0-9a-f]{32}\.pem$/;

/**
 * Fetches the certificates that messages of Amazon SNS name, for `secret` beside the preset `awsSns`.
 *
 * A certificate counts if it came from a host of SNS over TLS, and only between its dates.
 *
 * @param options cache, time-out and `fetch`, as for {@link keysFrom}
 * @returns a function for the option `secret`
 * @example
 * ```ts
 * import { awsSnsKeys } from "@countersign/core/keys";
 *
 * const receiver = createReceiver({ provider: awsSns, secret: awsSnsKeys() });
 * ```
 */
export function awsSnsKeys(
  options: Omit<KeySource, "url" | "allowed" | "read"> & { readonly now?: () => number } = {},
): SecretLookup {
  const { now = Date.now, ...rest } = options;
  return keysFrom({
    ...rest,
    allowed: CERTIFICATE_URL,
    url: ({ body }) => certificateUrlOf(bytesOf(body)),
    read(text) {
      const [, base64 = ""] = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(text) ?? [];
      const certificate = readCertificate(
        fromBase64(base64.replaceAll(/\s/g, "")) ?? new Uint8Array(),
      );
      if (certificate === undefined) throw new Error("what was fetched is no certificate");
      const { notBeforeMs, notAfterMs } = certificate;
      if (now() < notBeforeMs || now() > notAfterMs)
        throw new Error("the certificate is not valid now");
      return text;
    },
  });
}

function certificateUrlOf(body: Uint8Array | undefined): string | undefined {
  try {
    const message = JSON.parse(textIfUtf8(body ?? new Uint8Array()) ?? "") as {
      readonly SigningCertURL?: unknown;
    };
    return typeof message.SigningCertURL === "string" ? message.SigningCertURL : undefined;
  } catch {
    return undefined;
  }
}
