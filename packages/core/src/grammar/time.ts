import { configError, disbelieved } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import type { Grammar } from "../scheme/scheme.ts";
import { parseUnixTime } from "../scheme/timestamp.ts";

const DEFAULT_TOLERANCE_SECONDS = 300;

/** Limits the age of deliveries that carry a time, however it is written. */
export const freshness: Pick<Grammar, "toleranceMs" | "checkTimeHeader" | "checkFreshness"> = {
  toleranceMs(name, { of, toleranceSeconds }, givenSeconds) {
    const documented =
      of === "attempt" ? (toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS) : undefined;
    const seconds = givenSeconds ?? documented;
    if (seconds === undefined) return undefined;
    if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
    throw configError(
      `${name}: toleranceSeconds is the ${typeof seconds} ${String(seconds)}; it must be a number of seconds above 0.`,
    );
  },

  checkTimeHeader({ definition, timestamp, unsigned }, headers) {
    if (
      timestamp?.kind === "header" &&
      headerOf(headers, timestamp.name) === undefined &&
      !unsigned.includes("timestamp")
    ) {
      throw disbelieved(
        "timestamp_missing",
        `The header ${timestamp.name}, whose time ${definition.name} signs, is missing. Does a proxy in front pass it on?`,
      );
    }
  },

  checkFreshness(scheme, written, toleranceMs, nowMs) {
    if (written === undefined || written === null) {
      throw disbelieved(
        "timestamp_missing",
        `The delivery of ${scheme.definition.name} carries no time, so its age can't be checked.`,
      );
    }
    const ms = scheme.grammar.readTime?.(scheme, written);
    if (ms === undefined) {
      throw disbelieved(
        "timestamp_malformed",
        `The delivery's time can't be read in the form that ${scheme.definition.name} uses: timestamp.unit is "${scheme.unit}".`,
      );
    }
    const ageMs = nowMs - ms;
    if (Math.abs(ageMs) <= toleranceMs) return ms + toleranceMs;
    const isOld = ageMs > 0;
    throw disbelieved(
      isOld ? "timestamp_expired" : "timestamp_future",
      `The delivery is ${Math.round(Math.abs(ageMs) / 1000)} s ${isOld ? "old" : "ahead"}, and ${toleranceMs / 1000} s are allowed. ` +
        (isOld
          ? "It is a replay, it was held up on the way, or this machine's clock is fast."
          : `This machine's clock is slow, or timestamp.unit is not what ${scheme.definition.name} sends.`),
    );
  },
};

/** Deliveries that carry a time in seconds or milliseconds. */
export const time: typeof freshness & Pick<Grammar, "readTime"> = {
  ...freshness,
  readTime: ({ unit }, written) => parseUnixTime(written, unit),
};
