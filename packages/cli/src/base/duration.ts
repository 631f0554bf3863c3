import { UsageError } from "./usage-error.ts";

const SECONDS_BY_UNIT: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/**
 * Reads a duration such as `90s`, `10m`, `2h`, `-5m`; a number alone is seconds.
 *
 * @returns seconds
 * @throws UsageError if the text is no duration
 */
export function parseDurationSeconds(text: string): number {
  const [, amount, unit = "s"] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  if (amount === undefined) {
    throw new UsageError(`"${text}" is not a duration. Write 90s, 10m, 2h or 1d.`);
  }
  return Number(amount) * (SECONDS_BY_UNIT[unit] ?? 1);
}
