import { headerOf } from "../delivery/headers.ts";
import type { SecretLookup } from "../secrets/secret.ts";
import { configError } from "../base/errors.ts";
import { type KeySource, keysFrom } from "./keys-from.ts";
import { validCertificate } from "./valid-certificate.ts";

/** PayPal's API hosts, live and sandbox, and the one form that the names of its certificates have. */
const CERTIFICATE_URL =
  /^https:\/\/api(-m)?(\.sandbox)?\.paypal\.com\/v1\/notifications\/certs\/CERT-[\w-]+$/;

/** How {@link paypalKeys} fetches and keeps certificates. */
export type PayPalKeysOptions = Omit<
  KeySource,
  "url" | "allowed" | "read" | "headers" | "unknownStatuses"
> & {
  /** The id of the webhook, as PayPal's dashboard shows it. It is in what PayPal signs. */
  readonly webhookId: string;
  readonly now?: () => number;
};

/**
 * Fetches the certificates that deliveries of PayPal name, for `secret` beside the preset `paypal`.
 *
 * A certificate counts if it came from an API host of PayPal over TLS, and only between its dates.
 *
 * @param options the webhook's id; cache, time-out and `fetch`, as for {@link keysFrom}
 * @returns a function for the option `secret`
 * @throws `config_invalid` where the webhook's id is empty
 * @example
 * ```ts
 * import { paypalKeys } from "@countersign/core/keys";
 *
 * const secret = paypalKeys({ webhookId: process.env.PAYPAL_WEBHOOK_ID ?? "" });
 * const receiver = createReceiver({ provider: paypal, secret });
 * ```
 */
export function paypalKeys(options: PayPalKeysOptions): SecretLookup {
  const { webhookId, now = Date.now, ...rest } = options;
  if (!/^[\w-]+$/.test(webhookId)) {
    throw configError(
      `paypalKeys: webhookId is ${JSON.stringify(webhookId)}. Give the id that PayPal shows for the webhook. Is its environment variable set?`,
    );
  }
  return keysFrom({
    ...rest,
    allowed: CERTIFICATE_URL,
    url: ({ headers }) => headerOf(headers, "paypal-cert-url"),
    read: (text) => `${webhookId}\n${validCertificate(text, now())}`,
  });
}
