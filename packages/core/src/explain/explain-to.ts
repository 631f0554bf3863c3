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

/** Where explanations go; `console` is one. */
export interface ExplanationLog {
  warn(text: string): void;
}

/** Options of {@link explainTo}. */
export interface ExplainToOptions extends ExplainExtras {
  /** How many deliveries are explained a minute at most; the others are counted. Default 10. */
  readonly maxPerMinute?: number | undefined;
}

const DEFAULT_MAX_PER_MINUTE = 10;
const MINUTE_MS = 60_000;

/** What has a cause in the delivery or in how it is verified; the rest says by itself what it is. */
const EXPLAINABLE: ReadonlySet<WebhookErrorCode> = new Set([
  "signature_missing",
  "signature_malformed",
  "signature_mismatch",
  "timestamp_missing",
  "timestamp_malformed",
  "timestamp_expired",
  "timestamp_future",
  "body_already_read",
  "body_malformed",
  "id_missing",
]);

/**
 * Explains rejected deliveries in a log while you develop; made for a receiver's `onRejected`, which passes its own
 * options on.
 *
 * One delivery is explained at a time and ten a minute, whatever senders do; how many were left out is said with the next one. Even so
 * it belongs into development: anybody can make it work.
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
  const maxPerMinute = limit("maxPerMinute", extras.maxPerMinute, DEFAULT_MAX_PER_MINUTE);
  void new Budget(extras);
  let busy = false;
  let leftOut = 0;
  let minuteEndsMs = 0;
  let explained = 0;

  return (error, delivery, options) => {
    if (!EXPLAINABLE.has(error.code)) return;
    const nowMs = Date.now();
    if (nowMs >= minuteEndsMs) {
      minuteEndsMs = nowMs + MINUTE_MS;
      explained = 0;
    }
    if (busy || explained >= maxPerMinute) {
      leftOut++;
      return;
    }
    busy = true;
    explained++;
    void write(error, delivery, options);
  };

  async function write(
    error: WebhookError,
    delivery: Delivery,
    options: VerifyOptions<object>,
  ): Promise<void> {
    try {
      const text = await explanationOf(error, delivery, options);
      const others = leftOut;
      leftOut = 0;
      const more =
        others === 0 ? "" : ` (${others} more were rejected meanwhile and are not explained.)`;
      // It may be asynchronous, whatever its type says.
      await (log.warn(`[countersign] ${error.code}: ${text}${more}`) as unknown);
    } catch (thrown) {
      emitWarningOnce({
        code: "callback_failed",
        message: `The log of explainTo threw: ${messageOf(thrown)}`,
      });
    } finally {
      busy = false;
    }
  }

  async function explanationOf(
    error: WebhookError,
    delivery: Delivery,
    options: VerifyOptions<object>,
  ): Promise<string> {
    try {
      const { verified, text } = await explain(delivery, { ...options, ...extras });
      // What verifies by now was rejected for a moment of time, or a secret that has come since.
      return verified ? `${printable(error.message)} By now it verifies.` : text;
    } catch {
      return printable(error.message);
    }
  }
}
