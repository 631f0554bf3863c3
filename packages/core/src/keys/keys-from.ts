import type { Awaitable } from "../base/awaitable.ts";
import { configError } from "../base/errors.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { SecretLookup } from "../secrets/secret.ts";

/** The options of {@link keysFrom}. */
export interface KeySource {
  /**
   * The URL of the key, or what the delivery says it is; undefined where it names none (401). Nothing of the delivery is verified yet: what
   * does not match {@link allowed} is never fetched.
   */
  readonly url: string | ((delivery: Delivery) => string | undefined);
  /** A pattern that the whole URL must match. Begin it with `^https:` and end it with `$`, and escape the dots of hosts. */
  readonly allowed: RegExp;
  /** Headers of the request, such as credentials of yours; or a function that makes them. */
  readonly headers?: KeyHeaders | (() => Awaitable<KeyHeaders>);
  /** Statuses which say that there is no such key: the delivery is then refused (401). Default: none. */
  readonly unknownStatuses?: readonly number[];
  /** Turns what was fetched into a key. Throws where it is none. Default: the text as it is. */
  readonly read?: (text: string) => string;
  /** How long a key is kept, in seconds. Default 3600. */
  readonly cacheSeconds?: number;
  /** How many keys are kept. Default 20. */
  readonly maxKeys?: number;
  /** How long a fetch may take, in milliseconds. Default 1500. */
  readonly timeoutMs?: number;
  /** Default: the runtime's own. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

type KeyHeaders = Readonly<Record<string, string>>;

/** No key, certificate or set of keys is longer, in bytes. */
const MAX_BYTES = 65_536;

interface CachedKey {
  /** Undefined where there is no such key. */
  readonly text: Promise<string | undefined>;
  readonly untilMs: number;
}

/**
 * Fetches the public keys that deliveries name, for `secret`.
 *
 * Only `https:` URLs that match `allowed` are fetched; redirects are not followed. A key is kept for a while, and of many at once, one request is
 * made. Where a key can't be fetched, the sender gets 503 and sends again.
 *
 * @param source where the keys are
 * @returns a function for the option `secret`
 * @throws `config_invalid` where `allowed` could match other hosts
 * @example
 * ```ts
 * import { keysFrom } from "@countersign/core/keys";
 *
 * const secret = keysFrom({ url: "https://acme.example/keys.pem", allowed: /^https:\/\/acme\.example\/keys\.pem$/ });
 * ```
 */
export function keysFrom(source: KeySource): SecretLookup {
  const { url, allowed, cacheSeconds = 3600, maxKeys = 20 } = source;
  checkAllowed(allowed);
  const cache = new Map<string, CachedKey>();
  return async (delivery) => {
    const wanted = typeof url === "string" ? url : url(delivery);
    if (wanted === undefined || !isAllowed(wanted, allowed)) return undefined;
    const known = cache.get(wanted);
    if (known !== undefined && Date.now() < known.untilMs) return known.text;
    const text = fetchKey(wanted, source);
    cache.delete(wanted);
    const [oldest] = cache.keys();
    if (cache.size >= maxKeys && oldest !== undefined) cache.delete(oldest);
    cache.set(wanted, { text, untilMs: Date.now() + cacheSeconds * 1000 });
    try {
      return await text;
    } catch (error) {
      // The next delivery tries again.
      if (cache.get(wanted)?.text === text) cache.delete(wanted);
      throw error;
    }
  };
}

function checkAllowed({ source }: RegExp): void {
  if (source.startsWith("^https:") && source.endsWith("$")) return;
  throw configError(
    `keysFrom: \`allowed\` is ${source}, which could match a URL of somebody else. Begin it with ^https: and end it with $.`,
  );
}

/** A URL that is written otherwise than the parser writes it may lead elsewhere than it looks. */
function isAllowed(url: string, allowed: RegExp): boolean {
  if (!new RegExp(allowed.source, allowed.flags.replace(/[gy]/g, "")).test(url)) return false;
  try {
    const { protocol, username, password, port, href } = new URL(url);
    return protocol === "https:" && username + password + port === "" && href === url;
  } catch {
    return false;
  }
}

async function fetchKey(url: string, source: KeySource): Promise<string | undefined> {
  const { fetch: fetchWith = fetch, timeoutMs = 1500, read = (text: string) => text } = source;
  const { headers, unknownStatuses = [] } = source;
  const aborting = new AbortController();
  try {
    const work = (async () => {
      const sent = typeof headers === "function" ? await headers() : headers;
      const init = { redirect: "manual", signal: aborting.signal } as const;
      const response = await fetchWith(url, sent === undefined ? init : { ...init, headers: sent });
      if (unknownStatuses.includes(response.status)) return undefined;
      if (response.status !== 200) {
        throw new Error(`the key's URL answered with ${response.status}, and 200 was expected`);
      }
      return read(await textOf(response));
    })();
    return await withTimeout(work, timeoutMs);
  } finally {
    aborting.abort();
  }
}

async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one chunk after the other
    const chunk = await reader?.read();
    if (chunk?.value === undefined) return text + decoder.decode();
    bytes += chunk.value.length;
    if (bytes > MAX_BYTES) throw new Error(`the key is longer than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk.value, { stream: true });
  }
}
