import { bytesOf, textIfUtf8 } from "../base/bytes.ts";
import type { SecretLookup } from "../secrets/secret.ts";
import { type KeySource, keysFrom } from "./keys-from.ts";
import { validCertificate } from "./valid-certificate.ts";

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
    read: (text) => validCertificate(text, now()),
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
