import type { Awaitable } from "../base/awaitable.ts";
import { fromBase64, textIfUtf8, utf8 } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { headerOf } from "../delivery/headers.ts";
import type { SecretLookup } from "../secrets/secret.ts";
import { type KeySource, keysFrom } from "./keys-from.ts";

const KEY_URL =
  /^https:\/\/api(\.sandbox)?\.ebay\.com\/commerce\/notification\/v1\/public_key\/[\w-]{1,64}$/;

/** How {@link ebayKeys} fetches and keeps keys. */
export type EbayKeysOptions = Omit<
  KeySource,
  "url" | "allowed" | "read" | "headers" | "unknownStatuses"
> & {
  /** Returns an application access token (client credentials grant). It is called when a key is fetched. */
  readonly token: () => Awaitable<string>;
  /** Default `production`. */
  readonly environment?: "production" | "sandbox";
};

/**
 * Asks eBay's API for the public keys that notifications name, for `secret` beside the preset `ebay`.
 *
 * @param options a function that returns a token; cache, time-out and `fetch`, as for {@link keysFrom}
 * @returns a function for the option `secret`
 * @throws `config_invalid` where `token` is no function
 * @see https://developer.ebay.com/api-docs/commerce/notification/resources/public_key/methods/getPublicKey
 * @example
 * ```ts
 * import { ebayKeys } from "@countersign/core/keys";
 *
 * const receiver = createReceiver({ provider: ebay, secret: ebayKeys({ token: async () => token }) });
 * ```
 */
export function ebayKeys(options: EbayKeysOptions): SecretLookup {
  const { token, environment = "production", ...rest } = options;
  if (typeof token !== "function") {
    throw configError("ebayKeys: token is no function. Give one that returns an access token.");
  }
  const host = environment === "sandbox" ? "api.sandbox.ebay.com" : "api.ebay.com";
  return keysFrom({
    ...rest,
    allowed: KEY_URL,
    url: (delivery) => {
      const id = keyIdOf(delivery);
      return id && `https://${host}/commerce/notification/v1/public_key/${id}`;
    },
    headers: async () => ({ authorization: `Bearer ${await token()}` }),
    unknownStatuses: [404],
    read: publicKeyIn,
  });
}

function keyIdOf({ headers }: Delivery): string | undefined {
  try {
    const bytes = fromBase64(headerOf(headers, "x-ebay-signature") ?? "") ?? utf8("");
    const { kid } = JSON.parse(textIfUtf8(bytes) ?? "") as { readonly kid?: unknown };
    return typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** eBay writes PEM on one line. */
function publicKeyIn(text: string): string {
  const { key } = JSON.parse(text) as { readonly key?: unknown };
  const [, base64] =
    /^-----BEGIN PUBLIC KEY-----(.+)-----END PUBLIC KEY-----\s*$/s.exec(String(key)) ?? [];
  if (base64 === undefined) throw new Error("eBay's answer has no public key in it");
  return `-----BEGIN PUBLIC KEY-----\n${base64.trim()}\n-----END PUBLIC KEY-----`;
}
