import type { SecretDefinition } from "../scheme/definition.ts";
import { schemeOf } from "../scheme/compile.ts";
import { isHmacSha256InHeader } from "../scheme/hmac-in-header.ts";
import { noRetriesWarnings } from "./no-retries.ts";
import { notASecret } from "./mistaken-secret.ts";
import type { Provider } from "../scheme/provider.ts";
import { decodeSecret, type SecretEntry, type Secrets } from "../secrets/secret.ts";
import { unknownOptions } from "../base/unknown-names.ts";
import type { ClaimStore } from "../claims/claim-store.ts";
import type { VerifyOptions } from "../verify/options.ts";
import type { Warning } from "../base/warning.ts";

/** The receiver's options that {@link diagnose} looks at. */
export interface DiagnosedOptions extends VerifyOptions<object> {
  readonly store?: ClaimStore | false | undefined;
  readonly onStoreError?: "reject" | "accept" | undefined;
  readonly inbox?: object | undefined;
  readonly retentionSeconds?: number | undefined;
  readonly verifyToken?: string | undefined;
  readonly onSecretHandedOver?: ((secret: string) => void) | undefined;
}

/** Facts about the process, as far as they are known. */
export interface Environment {
  /** True if this process is one of several that share a port (node:cluster, PM2 in cluster mode). */
  readonly isClusterWorker: boolean;
  /** The platform that runs as many copies as it likes, each for as long as it likes; undefined elsewhere. */
  readonly serverlessPlatform: string | undefined;
}

const SECRET_ENTRY_NAMES = Object.keys({
  secret: true,
  id: true,
  notBefore: true,
  notAfter: true,
} satisfies Record<keyof SecretEntry, true>);
/** A shorter secret can be guessed from one signed delivery. */
export const MIN_SECRET_BYTES = 16;
const MAX_TOLERANCE_SECONDS = 15 * 60;
/** The largest tolerance that is no mistake. No provider documents hours; milliseconds given as seconds look like that. */
const MAX_DOCUMENTED_TOLERANCE_SECONDS = 60 * 60;

/**
 * Finds mistakes that can be known before the first delivery.
 *
 * @param options a receiver's; a `secret` function is not called
 * @param environment where it runs
 * @returns warnings with stable codes: `secret_quoted`, `secret_is_api_key`, `secret_placeholder`, `secret_wrapped`, `secret_short`, `secret_expired`,
 *   `option_unknown`, `dedup_none`, `memory_store_shared`, `retention_short`, `retries_none`, `tolerance_long`, `tolerance_short`, `verify_token_unset`,
 *   `option_unused`; never a secret in them
 */
export function diagnose(options: DiagnosedOptions, environment: Environment): Warning[] {
  return [
    ...secretWarnings(options),
    ...secretEntryWarnings(options),
    ...storeWarnings(options, environment),
    ...noRetriesWarnings(options),
    ...toleranceWarnings(options),
    ...handshakeWarnings(options),
  ];
}

function secretWarnings({ provider, secret }: DiagnosedOptions): Warning[] {
  if (typeof secret === "function") return [];
  return entriesOf(secret).flatMap(({ value, name }) => {
    const about = `${provider.name}: ${name}`;
    if (typeof value === "string" && /^(["'`]).*\1$/s.test(value)) {
      return {
        code: "secret_quoted",
        message: `${about} is in quotes, which then are a part of it. Take them off where it is read; an env file or a container's configuration may keep them.`,
      };
    }
    const mistaken =
      typeof value === "string" && !provider.secret?.isApiKey && !hasPrefix(value, provider.secret)
        ? notASecret(value)
        : undefined;
    // Public keys are PEM or JSON by themselves.
    const isKey = mistaken?.code === "secret_wrapped" && !isHmacSha256InHeader(schemeOf(provider));
    if (mistaken !== undefined && !isKey) {
      return {
        code: mistaken.code,
        message: `${about} ${mistaken.evidence}. Deliveries are signed with the secret that ${provider.name} shows for this endpoint.`,
      };
    }
    const bytes = secretBytes(provider, value);
    return bytes >= MIN_SECRET_BYTES
      ? []
      : {
          code: "secret_short",
          message: `${about} has ${bytes} bytes, and can be guessed from one signed delivery. Set one of at least ${MIN_SECRET_BYTES} random bytes at ${provider.name}, better 32.`,
        };
  });
}

/** Finds mistakes that only the entries of a list can have. */
function secretEntryWarnings({ provider, secret, now = Date.now }: DiagnosedOptions): Warning[] {
  if (!Array.isArray(secret)) return [];
  const entries = (secret as readonly (string | Uint8Array | SecretEntry)[]).map((entry) =>
    typeof entry === "object" && "secret" in entry ? entry : { secret: entry },
  );
  const found = entries.flatMap((entry, index) =>
    unknownOptions(entry, SECRET_ENTRY_NAMES).map((message) => ({
      code: "option_unknown",
      message: `${provider.name}: in secret[${index}] ${message}`,
    })),
  );
  if (
    entries.every(
      ({ notAfter }: SecretEntry) => notAfter !== undefined && new Date(notAfter).getTime() < now(),
    )
  ) {
    found.push({
      code: "secret_expired",
      message: `${provider.name}: notAfter of every secret is past, so that each delivery will be refused. Add the secret that is in use, or remove notAfter.`,
    });
  }
  return found;
}

function hasPrefix(secret: string, { prefix = "" }: Partial<SecretDefinition> = {}): boolean {
  return prefix !== "" && secret.startsWith(prefix);
}

/** Counts the bytes of a secret as its provider writes them; of the shortest, where it can be read in several ways. */
export function secretBytes(provider: Provider<object>, secret: string | Uint8Array): number {
  // What a function of its own reads may be a key, with a line end behind it.
  if (provider.signature.readSecret !== undefined) return secret.length;
  // A public key is as long as it is, and is no secret.
  if (/^(ed25519|ecdsa|rsa)/.test(provider.signature.algorithm ?? "")) return Infinity;
  return Math.min(...decodeSecret(schemeOf(provider), secret).map((bytes) => bytes.length));
}

function entriesOf(secrets: Secrets): { value: string | Uint8Array; name: string }[] {
  if (typeof secrets === "string" || secrets instanceof Uint8Array) {
    return [{ value: secrets, name: "the secret" }];
  }
  // One entry may stand by itself, where nothing checks types.
  return [secrets].flat().map((entry: string | Uint8Array | SecretEntry, index) => {
    const isEntry = typeof entry === "object" && "secret" in entry;
    const id = isEntry && entry.id !== undefined ? ` (id ${JSON.stringify(entry.id)})` : "";
    return { value: isEntry ? entry.secret : entry, name: `secret[${index}]${id}` };
  });
}

function storeWarnings(
  { provider, store, retentionSeconds }: DiagnosedOptions,
  { isClusterWorker, serverlessPlatform }: Environment,
): Warning[] {
  if (store === false) return [];
  const { name, dedup } = provider;
  if (dedup === "none") {
    return [
      {
        code: "dedup_none",
        message: `${name}: nothing that ${name} signs tells two events apart (dedup: "none"), so the handler runs again with every retry. Make it idempotent; then set store: false, which says that you know.`,
      },
    ];
  }
  const found: Warning[] = [];
  const inMemory = store === undefined || "evicted" in store;
  if (inMemory && (isClusterWorker || serverlessPlatform !== undefined)) {
    const where = serverlessPlatform ?? "a cluster";
    found.push({
      code: "memory_store_shared",
      message: `${provider.name}: the memory store knows only this process, and under ${where} a retry may reach another one, which runs the event again. Give a store that all share: @countersign/store-redis, -postgres or, on one machine, -sqlite.`,
    });
  }
  const span = provider.delivery?.retrySpanSeconds;
  if (span !== undefined && retentionSeconds !== undefined && retentionSeconds < span) {
    found.push({
      code: "retention_short",
      message: `${provider.name}: events are remembered for ${retentionSeconds} s, and ${provider.name} retries for ${span} s: a late retry would run again. Set retentionSeconds to more than ${span}.`,
    });
  }
  return found;
}

function toleranceWarnings({ provider, toleranceSeconds }: DiagnosedOptions): Warning[] {
  const { name, timestamp, delivery } = provider;
  if (timestamp?.of === "event") {
    const span = delivery?.retrySpanSeconds;
    if (toleranceSeconds === undefined || span === undefined || toleranceSeconds >= span) return [];
    return [
      {
        code: "tolerance_short",
        message: `${name}: toleranceSeconds is ${toleranceSeconds}, and ${name} retries for ${span} s with the time of the event: late retries will be refused. Set toleranceSeconds to more than ${span}, or remove it.`,
      },
    ];
  }
  const documented = timestamp?.toleranceSeconds ?? 0;
  const seconds = toleranceSeconds ?? documented;
  const max = seconds > documented ? MAX_TOLERANCE_SECONDS : MAX_DOCUMENTED_TOLERANCE_SECONDS;
  if (seconds <= max) return [];
  const option =
    toleranceSeconds === undefined
      ? "timestamp.toleranceSeconds of the definition"
      : "toleranceSeconds";
  return [
    {
      code: "tolerance_long",
      message: `${name}: ${option} is ${seconds} s, so that a captured delivery can be replayed for that long once its dedup record is gone. Set this machine's clock by NTP and lower it to ${MAX_TOLERANCE_SECONDS} or less.`,
    },
  ];
}

/** Finds a registration handshake without its option, and the option without the handshake. */
function handshakeWarnings({
  provider: { name, challenge },
  verifyToken,
  onSecretHandedOver,
}: DiagnosedOptions): Warning[] {
  const unused = (option: string, what: string): Warning => ({
    code: "option_unused",
    message: `${name}: ${option} is set, but ${name} ${what} when an endpoint is registered, as far as its definition says. Remove it.`,
  });
  const found: Warning[] = [];
  const showsToken =
    challenge !== undefined && "query" in challenge && challenge.token !== undefined;
  const handsOver =
    challenge !== undefined &&
    ("handover" in challenge || ("handsOver" in challenge && challenge.handsOver));
  if (showsToken && verifyToken === undefined) {
    found.push({
      code: "verify_token_unset",
      message: `${name} shows a verify token when the endpoint is registered, and is refused with 401 while there is none to compare it with. Pass verifyToken, the text that was typed in at ${name}.`,
    });
  }
  if (!showsToken && verifyToken !== undefined) {
    found.push(unused("verifyToken", "shows no token"));
  }
  if (!handsOver && onSecretHandedOver !== undefined) {
    found.push(unused("onSecretHandedOver", "hands over no secret"));
  }
  return found;
}
