/** What can go wrong, each with the HTTP status that tells the sender what to do. 4xx: not believed; 5xx: send it again. */
const STATUS_BY_CODE = {
  signature_missing: 401,
  signature_malformed: 401,
  signature_mismatch: 401,
  timestamp_missing: 401,
  timestamp_malformed: 401,
  timestamp_expired: 401,
  timestamp_future: 401,
  body_too_large: 413,
  body_encoding_unsupported: 415,
  body_timeout: 408,
  body_aborted: 400,
  body_malformed: 500,
  id_missing: 500,
  schema_mismatch: 500,
  body_already_read: 500,
  handler_failed: 500,
  store_unavailable: 503,
  secret_unavailable: 503,
  claim_lost: 500,
  config_invalid: 500,
} as const;

/** The stable name of a failure; each has a heading in the README. */
export type WebhookErrorCode = keyof typeof STATUS_BY_CODE;

/** What the sender is told: one neutral sentence for each code, with nothing of the delivery or of the configuration in it. */
const TITLE_BY_CODE: Readonly<Record<WebhookErrorCode, string>> = {
  signature_missing: "The delivery carries no signature.",
  signature_malformed: "The signature is not in the expected form.",
  signature_mismatch: "The signature does not match the delivery.",
  timestamp_missing: "The delivery carries no timestamp.",
  timestamp_malformed: "The timestamp is not in the expected form.",
  timestamp_expired: "The delivery is too old.",
  timestamp_future: "The delivery is dated in the future.",
  body_too_large: "The body is larger than this endpoint takes.",
  body_encoding_unsupported: "The content encoding of the body is not supported.",
  body_timeout: "The body did not arrive in time.",
  body_aborted: "The body was not sent to its end.",
  body_malformed: "The delivery was verified, but its body could not be read.",
  id_missing: "The delivery was verified, but it carries no event id.",
  schema_mismatch: "The delivery was verified, but its body has an unexpected shape.",
  body_already_read: "This endpoint is misconfigured.",
  handler_failed: "The event could not be processed.",
  store_unavailable: "The event can't be accepted right now.",
  secret_unavailable: "The delivery can't be verified right now.",
  claim_lost: "The event is being processed elsewhere.",
  config_invalid: "This endpoint is misconfigured.",
};

const BRAND: unique symbol = Symbol.for("countersign.WebhookError") as never;

/**
 * The one error class of Countersign.
 *
 * `message` is for the receiver's own log: it says what happened, why, and what to change. `title` is all that a sender may see.
 *
 * @example
 * ```ts
 * try {
 *   const event = await verify(delivery, { provider: github, secret });
 * } catch (error) {
 *   if (!isWebhookError(error)) throw error;
 *   console.warn(error.code, error.message);
 *   return new Response(null, { status: error.status });
 * }
 * ```
 */
export class WebhookError extends Error {
  override readonly name = "WebhookError";
  /** What happened, as a stable name. */
  readonly code: WebhookErrorCode;
  /** The HTTP status to answer with. */
  readonly status: number;
  /** A sentence that is safe to send to anybody. */
  readonly title: string;

  /**
   * @param code what happened
   * @param message for the receiver's log: what happened, why, and which line or setting to change
   * @param options `cause`: the error underneath, kept for the log and never sent
   */
  constructor(code: WebhookErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.status = STATUS_BY_CODE[code];
    this.title = TITLE_BY_CODE[code];
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Whether a thrown value is a {@link WebhookError}, also one from another copy of this package
 * (two versions in one dependency tree), where `instanceof` would say no.
 *
 * @param value whatever was caught
 */
export function isWebhookError(value: unknown): value is WebhookError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** What a thrown value says of itself. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `${typeof thrown} thrown, not an Error`;
}

/** An error in the receiver's own configuration, thrown when it is made and never later. */
export function configError(message: string): WebhookError {
  return new WebhookError("config_invalid", message);
}
