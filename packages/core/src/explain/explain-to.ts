import type { Delivery } from "../delivery/delivery.ts";
import {
  configError,
  messageOf,
  type WebhookError,
  type WebhookErrorCode,
} from "../base/errors.ts";
import type { VerifyOptions } from "../verify/options.ts";
import { emitWarningOnce } from "../base/warning.ts";
import { Budget, limit } from "./budget.ts";
import { explain, type ExplainExtras } from "./explain.ts";
import { printable } from "./finding.ts";

/** Takes explanations; `console` is one. */
export interface ExplanationLog {
  warn(text: string): void;
}

/** Options of {@link explainTo}. */
export interface ExplainToOptions extends ExplainExtras {
  /** The number of deliveries that are explained a minute at most; the others are counted. Default 10. */
  readonly maxPerMinute?: number | undefined;
}

const DEFAULT_MAX_PER_MINUTE = 10;
const MINUTE_MS = 60_000;

/** The errors whose cause is in the delivery or in how it is verified; the others say by themselves what is wrong. */
const EXPLAINABLE: ReadonlySet<WebhookErrorCode> = new Set([
  "signature_missing",
  "signature_malformed",
  "signature_mismatch",
  "timestamp_missing",
  "timestamp_malformed",
  "timestamp_expired",
  "timestamp_future",
  "body_already_read",
  "body_encoding_unsupported",
  "body_malformed",
  "id_missing",
]);

/**
 * Explains rejected deliveries in a log while you develop; made for a receiver's `onRejected`, which passes its own
 * options on.
 *
 * One delivery is explained after the other and ten a minute, whatever senders do: those of a burst wait for their turn, and how many were
 * left out is said with the next one. Even so it belongs into development: anybody can make it work.
 *
 * @param log `console`, or anything with `warn(text)`
 * @param extras `otherSecrets`, `otherProviders`, the budget of one search, and `maxPerMinute` (default 10)
 * @returns a function for `onRejected`; it never throws
 * @throws `config_invalid` where `log` has no function `warn`, or a limit is no number from 0 on
 * @example
 * ```ts
 * createReceiver({
 *   provider: github,
 *   secret,
 *   onRejected: process.env.NODE_ENV === "production" ? undefined : explainTo(console),
 * });
 * ```
 */
export function explainTo(
  log: ExplanationLog,
  extras: ExplainToOptions = {},
): (error: WebhookError, delivery: Delivery, options: VerifyOptions<object>) => void {
  if (typeof (log as Partial<ExplanationLog> | undefined)?.warn !== "function") {
    throw configError("explainTo: the log has no function warn. Pass console, or { warn(text) }.");
  }
  // A limit that can't work is said now, and not with the first delivery.
  const turns = new Turns(limit("maxPerMinute", extras.maxPerMinute, DEFAULT_MAX_PER_MINUTE));
  void new Budget(extras);
  return (error, delivery, options) => {
    if (!EXPLAINABLE.has(error.code)) return;
    turns.take(() => write(error, delivery, { ...options, ...extras }));
  };

  async function write(...explained: Parameters<typeof explanationOf>): Promise<void> {
    try {
      const text = await explanationOf(...explained);
      // It may be asynchronous, whatever its type says.
      await (log.warn(text + turns.othersInWords()) as unknown);
    } catch (thrown) {
      const message = `The log of explainTo threw: ${messageOf(thrown)}`;
      emitWarningOnce({ code: "callback_failed", message });
    }
  }
}

/** One explanation after the other, and so many a minute; counts the deliveries that got none. */
class Turns {
  readonly #maxPerMinute: number;
  /** Never rejects. No longer than a minute's turns: each waits with the body of its delivery. */
  #last: Promise<void> = Promise.resolve();
  #leftOut = 0;
  #taken = 0;
  #minuteEndsMs = 0;

  constructor(maxPerMinute: number) {
    this.#maxPerMinute = maxPerMinute;
  }

  /** Does the work when its turn comes, unless the minute has no more turns. */
  take(work: () => Promise<void>): void {
    const nowMs = Date.now();
    if (nowMs >= this.#minuteEndsMs) {
      this.#minuteEndsMs = nowMs + MINUTE_MS;
      this.#taken = 0;
    }
    if (this.#taken >= this.#maxPerMinute) {
      this.#leftOut++;
      return;
    }
    this.#taken++;
    this.#last = this.#last.then(work);
  }

  /** Says, once, how many got no turn since the last time. */
  othersInWords(): string {
    const others = this.#leftOut;
    this.#leftOut = 0;
    return others === 0 ? "" : ` (${others} more were rejected meanwhile and are not explained.)`;
  }
}

async function explanationOf(
  error: WebhookError,
  delivery: Delivery,
  options: VerifyOptions<object> & ExplainExtras,
): Promise<string> {
  const start = `[countersign] ${error.code}:`;
  const message = `${start} ${printable(error.message)}`;
  try {
    const { verified, text } = await explain(delivery, options);
    if (!verified) return `${start} ${text}`;
    // What verifies by now was rejected for a moment of time, a secret that has come since, or its compression.
    return `${message} ${error.code === "body_encoding_unsupported" ? "As it is" : "By now"} it verifies.`;
  } catch {
    return message;
  }
}
