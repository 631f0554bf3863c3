import { after, type Awaitable } from "../base/awaitable.ts";
import { utf8 } from "../base/bytes.ts";
import * as backend from "#crypto";
import type { Scheme } from "../scheme/scheme.ts";

const MAX_KEY_LENGTH = 256;

/** The facts that an identity is made of. */
export interface IdentityFacts {
  readonly ids: readonly string[];
  readonly type: string | undefined;
  readonly signedBody: Uint8Array;
}

/**
 * Makes the key that tells an event from others of its provider; undefined where the definition says `dedup: "none"`.
 *
 * Only what is signed is in it. Each part comes behind its length, so that no two lists of parts are written alike.
 */
export function identityOf(
  scheme: Scheme,
  { ids, type, signedBody }: IdentityFacts,
): Awaitable<string> | undefined {
  const { dedup } = scheme.definition;
  if (dedup === "none") return undefined;
  const signedType =
    type === undefined || scheme.unsigned.includes("type") ? "" : lengthPrefixed(type);
  // `id` and `unsigned-id`.
  const byId = dedup.endsWith("id") || (dedup === "id-or-content" && ids.length > 0);
  if (byId) return bounded(`id${ids.map(lengthPrefixed).join("")}/${signedType}`);
  return after(backend.sha256(signedBody, "base64"), (digest) => {
    const key = `content${digest}/${signedType}`;
    return signedType === "" ? key : bounded(key);
  });
}

/** Writes what separates one receiver's events from another's: the same for all events of a tenant. */
export function keyPrefixOf(endpoint: string, tenant: string): string {
  return lengthPrefixed(endpoint) + lengthPrefixed(tenant);
}

/**
 * Makes the key under which a store remembers an event.
 *
 * @param prefix of {@link keyPrefixOf}
 * @param identity of {@link identityOf}, so that nothing is looked for in it again
 */
export function storedKey(prefix: string, identity: string): Awaitable<string> {
  const key = prefix + lengthPrefixed(identity);
  return key.length <= MAX_KEY_LENGTH && isPlain(prefix) ? key : digested(key);
}

function lengthPrefixed(text: string): string {
  return `${text.length}:${text}`;
}

/** A key of bounded length in printable ASCII, whatever a provider puts into its ids: no store has to know of NUL or emoji. */
function bounded(key: string): Awaitable<string> {
  return key.length <= MAX_KEY_LENGTH && isPlain(key) ? key : digested(key);
}

function isPlain(text: string): boolean {
  return /^[!-~]*$/.test(text);
}

function digested(key: string): Awaitable<string> {
  // As JSON first: it escapes lone surrogates, which UTF-8 would all turn into the same character.
  return after(backend.sha256(utf8(JSON.stringify(key)), "base64"), (digest) => `sha256:${digest}`);
}
