import { headerValue } from "../delivery/captured.ts";
import type { RawAnswer } from "../http/exchange.ts";

/** How far two clocks may be apart without anybody minding, in seconds. */
export const MAX_SKEW_SECONDS: number = 30;

/** Returns how far the receiver's clock is ahead, in whole seconds; 0 if it does not say. */
export function clockOffset({ headers, durationMs }: RawAnswer): number {
  const there = Date.parse(headerValue(headers, "date") ?? "");
  return Number.isNaN(there) ? 0 : Math.round((there - (Date.now() - durationMs / 2)) / 1000);
}

/** Says how far the receiver's clock is ahead or behind. */
export function offsetText(seconds: number): string {
  return `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} this machine's`;
}
