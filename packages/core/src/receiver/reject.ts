import { isWebhookError, messageOf, WebhookError } from "../base/errors.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { untriedSecrets } from "../doctor/untried-secrets.ts";
import { isHeard, type Progress, type Receiving, recordOf, tell } from "./progress.ts";
import { errorOfRecord, type Receipt } from "./receipt.ts";
import type { ReceiverLog } from "./receiver-log.ts";
import type { Settings } from "./settings.ts";

/** Mistakes on the receiver's side: the sender is told only the code, so the log must name the line to change. */
const WARNED_CODES: ReadonlySet<string> = new Set([
  "body_already_read",
  "config_invalid",
  "secret_unavailable",
]);

/** Refuses a delivery for whatever was thrown, and tells of it. */
export function reject(receiving: Receiving, progress: Progress, thrown: unknown): Receipt {
  const { settings, log } = receiving;
  const { definition, verification } = settings;
  const error = isWebhookError(thrown)
    ? thrown
    : new WebhookError("config_invalid", `Receiving failed: ${messageOf(thrown)}`, {
        cause: thrown,
      });
  const { code, message } = error;
  const { name } = definition;
  if (WARNED_CODES.has(code)) {
    log.warnOnce({ code, message: message.includes(name) ? message : `${name}: ${message}` });
  }
  if (code === "signature_mismatch") {
    const untried = untriedSecrets(name, verification.secrets ?? [], verification.now());
    if (untried !== undefined) log.warnOnce(untried);
  }
  if (isHeard(settings)) {
    tell(receiving, progress, {
      ...recordOf(settings, progress, "rejected"),
      code,
      message,
      error: errorOfRecord(error),
    });
  }
  return refuse(settings, log, progress.delivery, error);
}

/** Tells `onRejected`, and answers the sender. */
export function refuse(
  { onRejected, answers }: Settings,
  log: ReceiverLog,
  delivery: Delivery | undefined,
  error: WebhookError,
): Receipt {
  if (delivery !== undefined && onRejected !== undefined) {
    log.guard("onRejected", () => onRejected(error, delivery));
  }
  return { status: "rejected", error, response: answers.error(error) };
}
