import { algorithms } from "#crypto";
import {
  type ImportedKey,
  PUBLIC_KEY_SCHEMES,
  type PublicKeyAlgorithm,
} from "../algorithms/algorithm.ts";
import { readKeyText } from "../algorithms/key-text.ts";
import { decodeUtf8, utf8 } from "../base/bytes.ts";
import { configError } from "../base/errors.ts";
import type { ReadSecret } from "../scheme/definition.ts";

/** Makes the function that reads a key in PEM, or as whatever else keys are written. Throws `config_invalid` where it is none. */
export function readKey(provider: string, algorithm: PublicKeyAlgorithm): ReadSecret {
  return (secret, use) => {
    const text = typeof secret === "string" ? secret : decodeUtf8(secret);
    const material = readKeyText(PUBLIC_KEY_SCHEMES[algorithm], text);
    if (material === undefined || material.isPrivate !== (use === "sign")) {
      throw configError(
        `${provider}: the secret is no ${use === "sign" ? "private" : "public"} key for ${algorithm}. Give it in PEM, or to verify, a function that fetches it.`,
      );
    }
    return utf8(text);
  };
}

const imported = new WeakMap<Uint8Array, Promise<ImportedKey>>();

/**
 * Imports a key that a `verify` function of a preset got as its secret; once for each.
 *
 * @throws `config_invalid` where the text is no key for the algorithm
 */
export async function keyOf(
  provider: string,
  algorithm: PublicKeyAlgorithm,
  secret: Uint8Array,
  text: string = decodeUtf8(secret),
): Promise<ImportedKey> {
  const known = imported.get(secret) ?? importKey(provider, algorithm, text);
  imported.set(secret, known);
  return known;
}

async function importKey(
  provider: string,
  algorithm: PublicKeyAlgorithm,
  text: string,
): Promise<ImportedKey> {
  const scheme = PUBLIC_KEY_SCHEMES[algorithm];
  const material = readKeyText(scheme, text);
  if (material === undefined) {
    throw configError(
      `${provider}: the secret is no key for ${algorithm}. Give the public key that ${provider} shows, in PEM, or a function that fetches it.`,
    );
  }
  return algorithms.importKey(scheme, material);
}
