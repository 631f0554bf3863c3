import { configError } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import type { SecretLookup } from "../secrets/secret.ts";
import { type KeySource, keysFrom } from "./keys-from.ts";

const KEYS = "https://api.circle.com/v2/notifications/publicKey/";
const KEY_URL =
  /^https:\/\/api\.circle\.com\/v2\/notifications\/publicKey\/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** How {@link circleKeys} fetches and keeps keys. */
export type CircleKeysOptions = Omit<
  KeySource,
  "url" | "allowed" | "read" | "headers" | "unknownStatuses"
> & {
  /** An API key of your account. */
  readonly apiKey: string;
};

/**
 * Asks Circle's API for the public keys that deliveries name, for `secret` beside the preset `circle`.
 *
 * @param options an API key; cache, time-out and `fetch`, as for {@link keysFrom}
 * @returns a function for the option `secret`
 * @throws `config_invalid` where the API key is empty
 * @example
 * ```ts
 * import { circleKeys } from "@countersign/core/keys";
 *
 * const secret = circleKeys({ apiKey: process.env.CIRCLE_API_KEY ?? "" });
 * const receiver = createReceiver({ provider: circle, secret });
 * ```
 */
export function circleKeys({ apiKey, ...rest }: CircleKeysOptions): SecretLookup {
  if (typeof apiKey !== "string" || apiKey.trim() === "") {
    throw configError("circleKeys: apiKey is empty. Is its environment variable set?");
  }
  return keysFrom({
    ...rest,
    allowed: KEY_URL,
    url: ({ headers }) => {
      const id = headerOf(headers, "x-circle-key-id");
      return id === undefined ? undefined : KEYS + id;
    },
    headers: { accept: "application/json", authorization: `Bearer ${apiKey}` },
    unknownStatuses: [404],
    read: publicKeyIn,
  });
}

function publicKeyIn(text: string): string {
  const { data } = JSON.parse(text) as {
    readonly data?: { readonly publicKey?: unknown; readonly algorithm?: unknown };
  };
  if (data?.algorithm !== "ECDSA_SHA_256" || typeof data.publicKey !== "string") {
    throw new Error("Circle's answer has no ECDSA key in it");
  }
  return data.publicKey;
}
