import type { ClaimTerms } from "../claims/claim.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { configError, type WebhookError } from "../base/errors.ts";
import type { BodyLimits } from "../delivery/body-limits.ts";
import { memoryStore } from "../claims/memory-store.ts";
import type { ReceiptRecord } from "./receipt.ts";
import { checkSchema, type StandardSchema } from "./standard-schema.ts";
import { DEFAULT_SECRET_TIMEOUT_MS } from "../secrets/lookup.ts";
import { unknownOptions } from "../base/unknown-names.ts";
import type { ClaimStore } from "../claims/claim-store.ts";
import { LONGEST_TIMER_MS } from "../base/timeout.ts";
import type { Verification, VerifyOptions } from "../verify/options.ts";
import type { Warning } from "../base/warning.ts";

/** What a receiver, and every middleware around one, can be told. */
export interface ReceiverOptions<
  Events extends object = Record<string, unknown>,
  Output = never,
> extends VerifyOptions<Events> {
  /** Remembers which events were handled. Default: a bounded `memoryStore()` of this receiver's own. `false`: no dedup. */
  readonly store?: ClaimStore | false | undefined;
  /** Names this endpoint in dedup keys; printable ASCII, up to 128 characters. Default: the provider's name. */
  readonly endpoint?: string | undefined;
  /** How long a claim holds without a heartbeat, in seconds. Default 60. */
  readonly leaseSeconds?: number | undefined;
  /** How long a handler may take until its heartbeat ends, in seconds: a hung one must not block every retry. Default 300. */
  readonly maxProcessingSeconds?: number | undefined;
  /** How long an event is remembered, in seconds. Default 259 200 (3 days), or as long as the provider retries where that is longer. */
  readonly retentionSeconds?: number | undefined;
  /** How long the store may take to answer, in milliseconds. Default 2000. */
  readonly storeTimeoutMs?: number | undefined;
  /** When the store is away: `reject` with 503, so that the provider sends again, or `accept` without dedup. Default `reject`. */
  readonly onStoreError?: "reject" | "accept" | undefined;
  /** The largest body that is read, in bytes. Default: what the provider documents, else 5 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** How long a body may take to arrive, in milliseconds. Default 10 000. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * Whether a compressed body is inflated (under the same limit) before it is verified; else it is refused. Default false. gzip and
   * deflate; Brotli on Node's own requests, and for a Fetch API `Request` where the runtime's `DecompressionStream` has it.
   */
  readonly inflate?: boolean | undefined;
  /** Validates `event.body` after verification; `event.body` becomes its output. Any Standard Schema: Zod, Valibot, ArkType … */
  readonly schema?: StandardSchema<Output> | undefined;
  /** The verify token that was typed in at the provider, where it shows one when the endpoint is registered (Meta). */
  readonly verifyToken?: string | undefined;
  /**
   * Gets the secret that a provider hands over when the endpoint is registered (Notion). Anybody can send one: confirm it with the
   * provider before it is used.
   */
  readonly onSecretHandedOver?: ((secret: string) => void) | undefined;
  /** Gets one record a delivery, for a structured log. */
  readonly onReceipt?: ((record: ReceiptRecord) => void) | undefined;
  /**
   * Gets every rejected delivery; for development: `explainTo(console)`. With it, the body of a delivery that is refused by its
   * headers is read too: without the body nobody could say what is wrong with the headers.
   */
  readonly onRejected?:
    | ((error: WebhookError, delivery: Delivery, options: VerifyOptions<Events>) => void)
    | undefined;
  /** Gets misconfigurations, each once. Default: `process.emitWarning`. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/** Every name that an option has; the compiler keeps the list complete. */
const OPTION_NAMES = Object.keys({
  provider: true,
  secret: true,
  toleranceSeconds: true,
  publicUrl: true,
  now: true,
  secretTimeoutMs: true,
  hmac: true,
  store: true,
  endpoint: true,
  leaseSeconds: true,
  maxProcessingSeconds: true,
  retentionSeconds: true,
  storeTimeoutMs: true,
  onStoreError: true,
  maxBodyBytes: true,
  bodyTimeoutMs: true,
  inflate: true,
  schema: true,
  verifyToken: true,
  onSecretHandedOver: true,
  onReceipt: true,
  onRejected: true,
  onWarning: true,
} satisfies Record<keyof ReceiverOptions, true>);

const CALLBACKS = ["now", "onSecretHandedOver", "onReceipt", "onRejected", "onWarning"] as const;

const DEFAULT_RETENTION_SECONDS = 259_200;
const DEFAULT_MAX_BODY_BYTES = 5 * 1024 * 1024;

const LONGEST_TIMER_SECONDS = Math.floor(LONGEST_TIMER_MS / 1000);

/** Options as a receiver works with them: checked, with defaults, in milliseconds. */
export interface Settings {
  readonly store: ClaimStore | undefined;
  readonly endpoint: string;
  readonly limits: BodyLimits;
  readonly onStoreError: "reject" | "accept";
  readonly terms: Pick<
    ClaimTerms,
    "leaseMs" | "maxProcessingMs" | "retentionMs" | "storeTimeoutMs"
  >;
}

/** Warnings about options that nothing looks at. */
export function unknownOptionWarnings(options: object | undefined): Warning[] {
  return unknownOptions(options ?? {}, OPTION_NAMES).map((message) => ({
    code: "option_unknown",
    message,
  }));
}

/** Checks a receiver's own options. Throws `config_invalid` where one can't work. */
export function settingsOf<Events extends object, Output>(
  options: ReceiverOptions<Events, Output>,
  { scheme }: Verification,
): Settings {
  const { definition } = scheme;
  const { endpoint = definition.name, onStoreError = "reject", inflate = false } = options;
  const fail = (message: string): Error => configError(`${definition.name}: ${message}`);
  const positive = (
    name: keyof typeof options,
    fallback: number,
    max = Number.POSITIVE_INFINITY,
  ): number => {
    const value: unknown = options[name] ?? fallback;
    if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
      throw fail(`${name} is ${String(value)}; it must be a number above 0.`);
    }
    if (value > max) {
      throw fail(`${name} is ${value}; timers go no further than ${max} (24 days).`);
    }
    return value;
  };
  if (!/^[!-~]{1,128}$/.test(endpoint)) {
    throw fail("endpoint must be 1 to 128 printable ASCII characters without spaces.");
  }
  if (onStoreError !== "reject" && onStoreError !== "accept") {
    throw fail(`onStoreError is ${String(onStoreError)}; it must be "reject" or "accept".`);
  }
  for (const name of CALLBACKS) {
    const callback: unknown = options[name];
    if (callback !== undefined && typeof callback !== "function") {
      throw fail(`${name} is ${JSON.stringify(callback)}; it must be a function, or be left out.`);
    }
  }
  checkPublicUrl(options.publicUrl, fail);
  checkVerifyToken(options.verifyToken, fail);
  if (options.schema !== undefined) checkSchema(options.schema, fail);
  // Read by whoever looks a secret up; checked here, where it can be told before the first delivery.
  positive("secretTimeoutMs", DEFAULT_SECRET_TIMEOUT_MS, LONGEST_TIMER_MS);
  const { store: given } = options;
  if (given !== undefined && given !== false && !isStore(given)) {
    throw fail(
      "store does not have the methods claim, extend, complete and release. Pass memoryStore(), sqliteStore({ database }), redisStore({ client }) or postgresStore({ client }), not the client itself.",
    );
  }
  const keepsRecords = given !== false && definition.dedup !== "none";
  return {
    store: keepsRecords ? (given ?? memoryStore()) : undefined,
    endpoint,
    onStoreError,
    limits: {
      maxBodyBytes: positive(
        "maxBodyBytes",
        definition.delivery?.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
      ),
      bodyTimeoutMs: positive("bodyTimeoutMs", 10_000, LONGEST_TIMER_MS),
      inflate,
    },
    terms: {
      leaseMs: positive("leaseSeconds", 60, LONGEST_TIMER_SECONDS) * 1000,
      maxProcessingMs: positive("maxProcessingSeconds", 300, LONGEST_TIMER_SECONDS) * 1000,
      retentionMs:
        positive(
          "retentionSeconds",
          Math.max(DEFAULT_RETENTION_SECONDS, definition.delivery?.retrySpanSeconds ?? 0),
        ) * 1000,
      storeTimeoutMs: positive("storeTimeoutMs", 2000, LONGEST_TIMER_MS),
    },
  };
}

function checkPublicUrl(publicUrl: unknown, fail: (message: string) => Error): void {
  if (publicUrl === undefined || typeof publicUrl === "function") return;
  try {
    if (/^https?:$/.test(new URL(publicUrl as string).protocol)) return;
  } catch {
    // Not absolute.
  }
  throw fail(
    `publicUrl is ${JSON.stringify(publicUrl)}; it must be an origin ("https://example.com"), a whole URL with it, or a function of the delivery.`,
  );
}

/** Checked here, where a mistake can be told to more than the log of the day on which the endpoint is registered. */
function checkVerifyToken(token: unknown, fail: (message: string) => Error): void {
  if (token === undefined) return;
  if (typeof token !== "string") {
    throw fail(
      `verifyToken is ${token === null ? "null" : `of the type ${typeof token}`}; it must be the text that was typed in at the provider, or be left out.`,
    );
  }
  if (token === "") {
    throw fail(
      "verifyToken is empty, and anybody can show an empty one. Is the environment variable that it comes from set?",
    );
  }
  if (token.trim() !== token) {
    throw fail(
      "verifyToken has white space at an end, often a newline of a file. Trim it where it is read.",
    );
  }
}

function isStore(value: Partial<ClaimStore> | null): boolean {
  return (["claim", "extend", "complete", "release"] as const).every(
    (method) => typeof value?.[method] === "function",
  );
}
