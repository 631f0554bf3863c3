import type { WebhookErrorCode } from "@countersign/core";
import type { Finding } from "@countersign/core/explain";
import type { Captured, HeaderPairs } from "../delivery/captured.ts";

/** The verdict on a delivery. `unchecked`: no provider was given. */
export interface Verdict {
  readonly status: "verified" | "duplicate" | "in_flight" | "challenge" | "refused" | "unchecked";
  /** Of a refused one: why, in a word and in words. */
  readonly code?: WebhookErrorCode;
  readonly text?: string;
  readonly findings?: readonly Finding[];
  /** Of a verified one: what it says of itself. */
  readonly event?: EventFacts;
}

/** The facts of a verified delivery's event. */
export interface EventFacts {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  /** ISO 8601. */
  readonly timestamp?: string | undefined;
  /** Tells the event from others; retries of one event share it. */
  readonly key?: string | undefined;
  readonly secretId?: string | undefined;
  readonly unsigned: readonly string[];
}

/** The answer to the sender, or the reason why the application gave none. */
export interface Answered {
  /** Who answered: the application behind `--forward`, or `countersign` itself. */
  readonly by: "app" | "countersign";
  readonly status?: number;
  readonly headers?: HeaderPairs;
  readonly body?: Uint8Array;
  /** Why the application could not be reached. */
  readonly failure?: string;
  readonly durationMs: number;
}

/** A step in the life of a delivery. */
export interface Step {
  readonly atMs: number;
  readonly what: string;
}

/** One delivery with everything that is known of it. */
export interface Entry extends Captured {
  /** A number as text, counted from 1. */
  readonly id: string;
  readonly verdict: Verdict;
  /** Undefined while the application works on it. */
  readonly answered?: Answered;
  readonly timeline: readonly Step[];
}

/** Tells whether a delivery ended without a 2xx. */
export function hasFailed({ answered }: Entry): boolean {
  return answered !== undefined && !isSuccess(answered.status);
}

/** Tells whether a status says that a delivery was taken. */
export function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}
