import type { Outcome } from "./engine.ts";

/** When a failed event is tried again. It is data: copy {@link defaultRetry} and change it. */
export interface RetryPolicy {
  /** The waits before the second, third … attempt, in seconds. After the last of them the event is a dead letter. Empty: one attempt. */
  readonly delaysSeconds: readonly number[];
  /** By how much a wait is lengthened at random at the most, as a part of it, so that failed events don't come back all at once. Default 0.2. */
  readonly jitter?: number | undefined;
}

/** A policy that leaves nothing to defaults. */
export interface WholeRetryPolicy extends RetryPolicy {
  readonly jitter: number;
}

/** Eleven attempts in about two days. */
export const defaultRetry: WholeRetryPolicy = {
  delaysSeconds: [5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400],
  jitter: 0.2,
};

/** How much of an error is kept with the event. */
const MAX_ERROR_LENGTH = 4000;

/**
 * Decides what follows from an attempt that failed.
 *
 * @param attempt which one it was, counted from 1
 */
export function judge(
  { delaysSeconds, jitter }: WholeRetryPolicy,
  attempt: number,
  error: unknown,
): Exclude<Outcome, { status: "done" }> {
  const delaySeconds = delaysSeconds[attempt - 1];
  if (delaySeconds === undefined) return { status: "dead", error: textOf(error) };
  const afterMs = Math.round(delaySeconds * 1000 * (1 + jitter * Math.random()));
  return { status: "retrying", afterMs, error: textOf(error) };
}

/** Writes down what was thrown, with its stack. A handler can throw anything, also what has no text. */
export function textOf(error: unknown): string {
  try {
    const text = error instanceof Error ? (error.stack ?? error.message) : error;
    return String(text).slice(0, MAX_ERROR_LENGTH);
  } catch {
    return "The handler threw an object that can't be written as text.";
  }
}
