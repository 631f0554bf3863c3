/** The three ways to write an HTTP date (RFC 9110, 5.6.7); the last has no zone and is UTC all the same. */
const IMF_OR_RFC850 = /^[A-Z][a-z]+, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP date.
 *
 * @param header as received
 * @param nowMs the time, in milliseconds since 1970
 * @returns how long to wait, in milliseconds; undefined where there is no header, or one that says nothing
 */
export function readRetryAfter(
  header: string | readonly string[] | undefined,
  nowMs: number,
): number | undefined {
  const text = (typeof header === "string" ? header : header?.[0])?.trim();
  if (text === undefined) return undefined;
  // Digits without end are no number any more, and JSON has no infinity.
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  const date = ASCTIME.test(text) ? `${text} GMT` : IMF_OR_RFC850.test(text) ? text : undefined;
  const atMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
