/** How a provider writes times. `auto`: seconds, milliseconds or ISO 8601, told apart by their form. */
export type TimestampUnit = "seconds" | "milliseconds" | "iso8601" | "auto";

const ISO_8601 =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?([Zz]|[+-]\d\d:?\d\d)?$/;

/** What nearly everybody sends, and `Date.parse` reads alike everywhere: nothing of it has to be put together anew. */
const USUAL_ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/** The code of the character `0`. */
const ZERO = 0x30;

/** Digits of a time in seconds until the year 5138; one more and it is milliseconds. */
const SECONDS_DIGITS = 11;

/**
 * Milliseconds since 1970 of a time as the provider wrote it; undefined where it is not one.
 * An ISO 8601 time without a zone is UTC; digits beyond milliseconds are cut.
 */
export function parseTimestamp(written: unknown, unit: TimestampUnit): number | undefined {
  const ms = unit === "iso8601" ? undefined : parseUnixTime(written, unit);
  if (ms !== undefined || unit === "seconds" || unit === "milliseconds") return ms;
  return typeof written === "string" ? parseIsoTime(written) : undefined;
}

/**
 * Milliseconds since 1970 of a time in digits; undefined where it is not one. A zero in front may have been moved there from what is signed
 * before it.
 */
export function parseUnixTime(
  written: unknown,
  unit: TimestampUnit | undefined,
): number | undefined {
  const digits = typeof written === "number" ? String(Math.floor(written)) : written;
  if (typeof digits !== "string") return undefined;
  const { length } = digits;
  if (length === 0 || length > 16 || (length > 1 && digits.charCodeAt(0) === ZERO))
    return undefined;
  let value = 0;
  // A loop, which costs a third of a regular expression and `Number()`.
  for (let i = 0; i < length; i++) {
    const digit = digits.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  const inSeconds = unit === "seconds" || (unit === "auto" && length <= SECONDS_DIGITS);
  return valid(value * (inSeconds ? 1000 : 1));
}

/**
 * Tells whether a time is complete, so that nothing was cut off its end. A time without a zone may be what is left of one with
 * a `Z`, which an attacker has moved into the body behind it: what is signed stays the same.
 */
export function isWhole(written: unknown): boolean {
  return typeof written !== "string" || /^\d+$|[Zz]$|[+-]\d\d:?\d\d$/.test(written);
}

function parseIsoTime(text: string): number | undefined {
  if (USUAL_ISO_8601.test(text)) return valid(Date.parse(text));
  const match = ISO_8601.exec(text);
  if (match === null) return undefined;
  const [, day, minutes, seconds = "00", fraction = "", zone = "Z"] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  return valid(
    Date.parse(`${day}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${offset}`),
  );
}

/** Returns undefined for a time beyond the range of `Date`. */
function valid(ms: number): number | undefined {
  return Math.abs(ms) <= 8.64e15 ? ms : undefined;
}

/** Writes a time as a provider of that unit would. */
export function formatTimestamp(ms: number, unit: TimestampUnit): string {
  if (unit === "milliseconds") return String(Math.floor(ms));
  if (unit === "iso8601") return new Date(ms).toISOString();
  return String(Math.floor(ms / 1000));
}
