import { WebhookError } from "@countersign/core";
import { LONGEST_TIMER_MS } from "@countersign/core/adapter";

/** No user means more, and dates and intervals that are longer overflow in one database or another. */
export const LONGEST_AGE_SECONDS: number = 100 * 365 * 86_400;
/** Longer timers fire at once. */
export const LONGEST_TIMER_SECONDS: number = Math.floor(LONGEST_TIMER_MS / 1000);

/** Checks what a user passes to one function. */
export interface OptionChecks {
  /** Makes the error of an option that can't work. */
  error(message: string): WebhookError;
  /** Returns a number above 0, and at most `max`. */
  positive(name: string, value: unknown, max?: number): number;
  /** Returns a number from 0 to `max`. */
  notNegative(name: string, value: unknown, max?: number): number;
  /** Returns a whole number, at least `min`. */
  whole(name: string, value: unknown, min: 0 | 1): number;
}

/**
 * Makes checks that throw `config_invalid`.
 *
 * @param who the function whose options they are: its name begins each message
 */
export function checksFor(who: string): OptionChecks {
  const error = (message: string): WebhookError =>
    new WebhookError("config_invalid", `${who}: ${message}`);
  return {
    error,
    positive(name, value, max = Number.MAX_VALUE) {
      if (isNumber(value, max) && value > 0) return value;
      throw error(`${name} is ${shown(value)}; it must be a number above 0${limit(max)}.`);
    },
    notNegative(name, value, max = Number.MAX_VALUE) {
      if (isNumber(value, max) && value >= 0) return value;
      throw error(`${name} is ${shown(value)}; it must be a number, 0 or above${limit(max)}.`);
    },
    whole(name, value, min) {
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= min) return value;
      const least = min === 0 ? "0 or above" : "above 0";
      throw error(`${name} is ${shown(value)}; it must be a whole number, ${least}.`);
    },
  };
}

function isNumber(value: unknown, max: number): value is number {
  return typeof value === "number" && value <= max;
}

function limit(max: number): string {
  return max === Number.MAX_VALUE ? "" : `, and at most ${max}`;
}

/** Writes a wrong value down for a message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "function" ? "a function" : String(value);
}
