import { parseBody } from "../scheme/parse-body.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { parseTimestamp, type TimestampUnit } from "../scheme/timestamp.ts";
import { valuesOf } from "../scheme/values.ts";
import type { Mistake } from "./finding.ts";
import type { Match } from "./probe.ts";

const UNITS: readonly TimestampUnit[] = ["seconds", "milliseconds", "iso8601"];
const QUARTER_HOUR_MS = 15 * 60 * 1000;
const MAX_ZONE_MS = 14 * 60 * 60 * 1000;

/** Any real clock is between these two. */
const YEAR_2000_MS = Date.UTC(2000, 0);
const YEAR_2100_MS = Date.UTC(2100, 0);

/** The factors that turn a clock in the wrong unit into milliseconds. */
const CLOCK_UNITS = [
  ["seconds", 1000],
  ["microseconds", 1 / 1000],
  ["nanoseconds", 1 / 1_000_000],
] as const;

/** The receiver's own clock in milliseconds, and what is wrong with it. */
export interface Clock {
  readonly nowMs: number;
  readonly mistake: Mistake | undefined;
}

function isPlausible(ms: number): boolean {
  return ms >= YEAR_2000_MS && ms <= YEAR_2100_MS;
}

/** Reads the receiver's clock; one in another unit is converted, so that the search can go on. */
export function readClock(now: () => number): Clock {
  const value = now();
  if (isPlausible(value)) return { nowMs: value, mistake: undefined };
  const [unit, factor = 1] = CLOCK_UNITS.find(([, one]) => isPlausible(value * one)) ?? [];
  const what =
    unit === undefined
      ? "which is no time of this century in milliseconds"
      : `a time in ${unit}; it must be in milliseconds. The delivery's time is not the problem`;
  return {
    nowMs: unit === undefined ? Date.now() : value * factor,
    mistake: {
      code: "clock_unit",
      evidence: `The option \`now\` returned ${String(value)}, ${what}.`,
      remedy:
        "Let `now` return milliseconds since 1970: `now: () => Date.now()`, or leave the option out.",
    },
  };
}

/** Returns the time as it was signed: on the way it may have been reformatted. */
export function writtenTime(
  scheme: Scheme,
  { headers, parts, body }: NonNullable<Match["signed"]>,
): unknown {
  let parsed: unknown;
  if (scheme.timestamp?.kind === "body") {
    try {
      parsed = parseBody(scheme, headers, body);
    } catch {
      return undefined;
    }
  }
  return valuesOf(scheme.timestamp, parsed, headers, { parts })[0];
}

/** Says what is wrong with the time of a delivery whose signature is right; undefined where nothing is. */
export function timeMistake(
  scheme: Scheme,
  toleranceMs: number | undefined,
  written: unknown,
  nowMs: number,
): Mistake | undefined {
  const { name, timestamp } = scheme.definition;
  if (toleranceMs === undefined || timestamp === undefined) return undefined;
  if (written === undefined || written === null) return undefined;
  const ms = parseTimestamp(written, timestamp.unit);
  if (ms !== undefined && scheme.grammar.readTime?.(scheme, written) === undefined) {
    return {
      code: "timestamp_malformed",
      evidence:
        "The time of the delivery has no zone, and what is signed right behind it could begin with one: where the time ends can't be told.",
      remedy: `If ${name} writes a zone, something on the way has cut it off. If not, say by signature.signedContent what is signed, and throw there where the body is not one of ${name}.`,
    };
  }
  if (ms !== undefined && Math.abs(nowMs - ms) <= toleranceMs) return undefined;
  // The unit is the one that was read, also where "auto" has found it out. A clock that is a day off is still no reason to take seconds
  // for milliseconds.
  const nearMs = Math.max(toleranceMs, 24 * 3600 * 1000);
  for (const unit of UNITS) {
    const other = parseTimestamp(written, unit);
    if (other === ms || other === undefined || Math.abs(nowMs - other) > nearMs) continue;
    return {
      code: "timestamp_unit",
      evidence: `The time of the delivery is in ${inWords(unit)}: read so it is ${seconds(nowMs - other)} s from now. The definition says ${inWords(timestamp.unit)}.`,
      remedy: `Set timestamp.unit to "${unit}" in the definition of ${name}.`,
    };
  }
  if (ms !== undefined) return skewMistake(nowMs - ms, toleranceMs);
  return {
    code: "timestamp_malformed",
    evidence: `The signature is right, but its time can't be read as ${inWords(timestamp.unit)}, the form that ${name} uses, nor in another known form.`,
    remedy: "Look at the header as it arrives: something on the way may reformat it.",
  };
}

/** Says how far the delivery's time is before this machine's, or, where `skewMs` is negative, after it. */
function skewMistake(skewMs: number, toleranceMs: number): Mistake {
  const apart = Math.abs(skewMs);
  const zone = Math.round(apart / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  const isZone = zone > 0 && zone <= MAX_ZONE_MS && Math.abs(apart - zone) < 5000;
  return {
    code: "clock_skew",
    evidence:
      `The signature is right, but its time is ${seconds(skewMs)} s ${skewMs > 0 ? "before" : "after"} this machine's clock, and ${toleranceMs / 1000} s are allowed.` +
      (isZone ? ` That is just ${zone / 3_600_000} h, as a wrong time zone makes it.` : ""),
    remedy:
      skewMs > 0
        ? "Compare this machine's clock with NTP. If it is right, the delivery is a replay or waited on the way (a queue, a tunnel, a breakpoint); only then raise toleranceSeconds."
        : "Set this machine's clock by NTP: it is slow, or the sender's is fast.",
  };
}

function inWords(unit: TimestampUnit): string {
  if (unit === "auto") return "seconds, milliseconds or ISO 8601";
  return unit === "iso8601" ? "ISO 8601" : unit;
}

function seconds(ms: number): number {
  return Math.round(Math.abs(ms) / 1000);
}
