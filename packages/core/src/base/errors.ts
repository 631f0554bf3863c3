/** The stable name of a failure; each has a heading in the README. */
export type WebhookErrorCode =
  | "request_malformed"
  | "signature_missing"
  | "signature_malformed"
  | "signature_mismatch"
  | "timestamp_missing"
  | "timestamp_malformed"
  | "timestamp_expired"
  | "timestamp_future"
  | "body_too_large"
  | "body_encoding_unsupported"
  | "body_timeout"
  | "body_aborted"
  | "body_malformed"
  | "id_missing"
  | "schema_mismatch"
  | "body_already_read"
  | "handler_failed"
  | "store_unavailable"
  | "secret_unavailable"
  | "claim_lost"
  | "config_invalid";

/**
 * The HTTP status that tells the sender what to do. What is not believed is 401, and whatever is neither that nor listed here is 500: it
 * was verified, so it has to be sent again.
 */
const STATUS: Readonly<Partial<Record<WebhookErrorCode, number>>> = {
  request_malformed: 400,
  body_too_large: 413,
  body_encoding_unsupported: 415,
  body_timeout: 408,
  body_aborted: 400,
  store_unavailable: 503,
  secret_unavailable: 503,
};

/** What a sender may see of each code. */
const SHOWN = new Map<WebhookErrorCode, Pick<WebhookError, "status" | "title">>();

function shownOf(code: WebhookErrorCode): Pick<WebhookError, "status" | "title"> {
  let shown = SHOWN.get(code);
  if (shown === undefined) {
    shown = {
      status: STATUS[code] ?? (/^(signature|timestamp)/.test(code) ? 401 : 500),
      title: code.charAt(0).toUpperCase() + code.slice(1).replaceAll("_", " "),
    };
    SHOWN.set(code, shown);
  }
  return shown;
}

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
 *   res.writeHead(error.status).end();
 * }
 * ```
 */
export class WebhookError extends Error {
  override readonly name = "WebhookError";
  /** A stable name of what happened. */
  declare readonly code: WebhookErrorCode;
  /** The HTTP status to answer with. */
  declare readonly status: number;
  /** The code in words, with nothing of the delivery or of the configuration in it: safe to send to anybody. */
  declare readonly title: string;

  /**
   * @param code what happened
   * @param message for the receiver's log: what happened, why, and which line or setting to change
   * @param options `cause`: the error underneath, kept for the log and never sent
   */
  constructor(code: WebhookErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    ({ status: this.status, title: this.title } = shownOf(code));
  }
}

// On the prototype: every forged delivery makes an error, and each would pay for a brand of its own. The name is there as well since V8 writes
// the first line of the stack before the field is set.
Object.defineProperties(WebhookError.prototype, {
  [BRAND]: { value: true },
  name: { value: "WebhookError", writable: true, configurable: true },
});

/**
 * Makes the error of a delivery that is not believed, without a stack. Anybody can send forgeries, and a stack, which would lead through this
 * package only, costs several times as much as verifying one.
 */
export function disbelieved(code: WebhookErrorCode, message: string): WebhookError {
  return errorWithFrames(0, code, message);
}

function errorWithFrames(frames: number, code: WebhookErrorCode, message: string): WebhookError {
  const { stackTraceLimit } = Error;
  // Nothing else runs in between. `Reflect.set` doesn't throw where the intrinsics are frozen: then the stack is as long as any.
  Reflect.set(Error, "stackTraceLimit", frames);
  const error = new WebhookError(code, message);
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  return error;
}

/**
 * Tells whether a thrown value is a {@link WebhookError}, including one from another copy of this package
 * (two versions in one dependency tree), where `instanceof` would say no.
 *
 * @param value whatever was caught
 */
export function isWebhookError(value: unknown): value is WebhookError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** Returns the message of a thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `${typeof thrown} thrown, not an Error`;
}

/**
 * An error in the receiver's own configuration, thrown when it is made and never later. Ten frames, the usual limit, are all of this
 * package; more of them lead to the line to change.
 */
export function configError(message: string): WebhookError {
  return errorWithFrames(30, "config_invalid", message);
}
