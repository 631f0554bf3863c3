import { WebhookError } from "./errors.ts";
import { isWhole, parseTimestamp } from "./timestamp.ts";
import type { Verification } from "./verification.ts";

/** Throws unless the time is within the tolerance; returns until when the delivery verifies. */
export function assertFresh(
  { scheme, toleranceMs = 0 }: Verification,
  written: unknown,
  nowMs: number,
): number {
  const { name, timestamp } = scheme.definition;
  if (written === undefined || written === null) {
    throw new WebhookError(
      "timestamp_missing",
      `The delivery of ${name} carries no time, so its age can't be checked.`,
    );
  }
  const ms = timestamp && parseTimestamp(written, timestamp.unit);
  if (ms === undefined || (scheme.timestampRunsOn && !isWhole(written))) {
    throw new WebhookError(
      "timestamp_malformed",
      `The time of the delivery is not ${timestamp?.unit === "iso8601" ? "ISO 8601" : `in ${timestamp?.unit}`}, as ${name} writes it.`,
    );
  }
  const tolerance = toleranceMs / 1000;
  if (nowMs - ms > toleranceMs) {
    throw new WebhookError(
      "timestamp_expired",
      `The delivery is ${Math.round((nowMs - ms) / 1000)} s old, and ${tolerance} s are allowed. It is a replay, it was held up on the way, or this machine's clock is fast.`,
    );
  }
  if (ms - nowMs > toleranceMs) {
    throw new WebhookError(
      "timestamp_future",
      `The delivery is dated ${Math.round((ms - nowMs) / 1000)} s ahead, and ${tolerance} s are allowed. This machine's clock is slow, or timestamp.unit is not what ${name} sends.`,
    );
  }
  return ms + toleranceMs;
}
