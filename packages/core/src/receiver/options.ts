import type { Delivery } from "../delivery/delivery.ts";
import { configError, type WebhookError } from "../base/errors.ts";
import type { EventInbox } from "./inbox.ts";
import type { Observer } from "./observation.ts";
import type { ReceiptRecord } from "./receipt.ts";
import type { StandardSchema } from "./standard-schema.ts";
import { unknownNames, unknownOption } from "../base/unknown-names.ts";
import type { ClaimStore } from "../claims/claim-store.ts";
import type { VerifyOptions } from "../verify/options.ts";
import type { Warning } from "../base/warning.ts";

/** The options of a receiver and of every middleware. */
export interface ReceiverOptions<
  Events extends object = Record<string, unknown>,
  Output = never,
> extends VerifyOptions<Events> {
  /** Remembers which events were handled. Default: a bounded `memoryStore()` of this receiver's own. `false`: no dedup. */
  readonly store?: ClaimStore | false | undefined;
  /**
   * Stores verified events durably and answers 200 at once; a worker runs the handler. From `createInbox()` of `@countersign/inbox`,
   * which takes the handler.
   */
  readonly inbox?: EventInbox | undefined;
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
  /**
   * The answer to a delivery that arrives while another one of the same event is processed. `wait`: it is answered when that one has
   * ended, 200 where it was processed; where the handler failed, it runs the handler again. It waits no longer than the provider does
   * (`delivery.deadlineSeconds`, else 10 s); then it gets 503. `reject`: it gets 503 at once, and the provider sends again.
   * Default: `wait` where the provider never sends again, or disables an endpoint that fails; else `reject`.
   */
  readonly whileInFlight?: "wait" | "reject" | undefined;
  /** The largest body that is read, in bytes. Default: what the provider documents, else 5 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** How long a body may take to arrive, in milliseconds. Default 10 000. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * Inflates a compressed body, under the same limit, before it is verified. Otherwise it is refused. Default false. gzip and
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
  /** Follows each delivery, for tracing: `telemetry()` of `@countersign/opentelemetry`. */
  readonly observe?: Observer | undefined;
  /**
   * Gets every rejected delivery; for development: `explainTo(console)`. With it, the body of a delivery that is refused by its
   * headers, or for its compression, is read too: without the body nobody could say what is wrong.
   */
  readonly onRejected?:
    | ((error: WebhookError, delivery: Delivery, options: VerifyOptions<Events>) => void)
    | undefined;
  /** Gets misconfigurations, each once. Default: `process.emitWarning`. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/** Every option by its name; the compiler keeps the list complete. */
const OPTION_NAMES = Object.keys({
  provider: true,
  secret: true,
  toleranceSeconds: true,
  publicUrl: true,
  now: true,
  secretTimeoutMs: true,
  hmac: true,
  store: true,
  inbox: true,
  endpoint: true,
  leaseSeconds: true,
  maxProcessingSeconds: true,
  retentionSeconds: true,
  storeTimeoutMs: true,
  onStoreError: true,
  whileInFlight: true,
  maxBodyBytes: true,
  bodyTimeoutMs: true,
  inflate: true,
  schema: true,
  verifyToken: true,
  onSecretHandedOver: true,
  onReceipt: true,
  observe: true,
  onRejected: true,
  onWarning: true,
} satisfies Record<keyof ReceiverOptions, true>);

/**
 * Warns of options that do not exist.
 *
 * @throws `config_invalid` where one was meant without which there is no receiver
 */
export function unknownOptionWarnings(options: OfAnyType | undefined): Warning[] {
  const who = options?.provider?.name ?? "createReceiver";
  return unknownNames(options ?? {}, OPTION_NAMES).map((unknown) => {
    const { meant } = unknown;
    const message = unknownOption(unknown);
    if ((meant === "provider" || meant === "secret") && options?.[meant] === undefined) {
      throw configError(`${who}: no ${meant} was given, and ${message}`);
    }
    return { code: "option_unknown", message: `${who}: ${message}` };
  });
}

/** The options, as far as somebody without types gave them. */
interface OfAnyType {
  readonly provider?: { readonly name?: string } | undefined;
  readonly secret?: unknown;
}
