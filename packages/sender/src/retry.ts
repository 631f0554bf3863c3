import { LONGEST_TIMER_MS } from "@countersign/core/adapter";
import { configError } from "./config-error.ts";
import type { Attempt, AttemptError } from "./attempt.ts";
import { isWithin } from "./number-within.ts";
import { warnUnknownOptions } from "./unknown-options.ts";

/** HTTP statuses, one by one or by their class: `[200]`, `["2xx"]`. */
export type Statuses = readonly (number | "2xx" | "3xx" | "4xx" | "5xx")[];

/** When a delivery counts as received, and what is done when it was not. It is data: copy one of {@link retryPolicies} and change it. */
export interface RetryPolicy {
  /** The waits before the second, third … attempt, in seconds. Empty: one attempt. */
  readonly delaysSeconds: readonly number[];
  /** By how much a wait is lengthened at random at the most, as a part of it, so that failed deliveries don't return all at once. Default 0.2. */
  readonly jitter?: number;
  /** The statuses that count as received. Default `["2xx"]`. */
  readonly success?: Statuses;
  /** Which other statuses are tried again. Default: all. An attempt without a status (a timeout, a reset …) is. */
  readonly retry?: Statuses;
  /** Which statuses say that the endpoint wants no more. Default `[410]`. */
  readonly gone?: Statuses;
  /** The longest `Retry-After` that is honoured, in seconds; a longer one counts as this. Default 86 400 (a day). */
  readonly maxRetryAfterSeconds?: number;
  /** How many failed attempts disable a subscription; used by the publisher. Default: none do. */
  readonly disableAfterFailures?: number;
  /**
   * Counts the failures of windows of this length, in seconds, that begin with their first failure; a success changes nothing. Default: counts
   * failures in a row.
   */
  readonly failureWindowSeconds?: number;
}

/** Retry policies as their owners document them. */
export const retryPolicies: {
  readonly none: RetryPolicy;
  readonly paradym: RetryPolicy;
  readonly standardWebhooks: RetryPolicy;
  readonly para: RetryPolicy;
} = {
  /** One attempt; any 2xx counts. */
  none: { delaysSeconds: [] },
  /**
   * One attempt, and only 200 counts.
   * @see https://paradym.id/docs/integrating/webhooks
   */
  paradym: { delaysSeconds: [], success: [200] },
  /**
   * Ten attempts in 75 hours and 35 minutes, the specification's example.
   * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
   */
  standardWebhooks: {
    delaysSeconds: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
  },
  /**
   * One attempt, as Para's code makes it, although its documentation says that it "will try again several times". Statuses up to 210 count, and
   * ten failures within ten minutes disable the webhook, whatever succeeds in between.
   * @see https://github.com/Erudika/para/blob/master/para-core/src/main/java/com/erudika/para/core/queue/River.java
   */
  para: {
    delaysSeconds: [],
    success: Array.from({ length: 11 }, (_, above) => 200 + above),
    gone: [],
    disableAfterFailures: 10,
    failureWindowSeconds: 600,
  },
};

/** The next step after an attempt. */
export type Verdict =
  | { readonly outcome: "delivered" }
  /** The endpoint wants no more. */
  | { readonly outcome: "gone" }
  | { readonly outcome: "failed" }
  | { readonly outcome: "retrying"; readonly afterMs: number };

/** The results that another attempt cannot change. */
const FINAL_ERRORS: ReadonlySet<AttemptError> = new Set<AttemptError>([
  "blocked",
  "url",
  "config",
  "aborted",
]);

const DEFAULT_JITTER = 0.2;
const DEFAULT_MAX_RETRY_AFTER_SECONDS = 86_400;

/** Tells whether an answer counts as received. */
export function isSuccess({ success = ["2xx"] }: RetryPolicy, status: number): boolean {
  return includes(success, status);
}

/**
 * Decides what follows from an attempt.
 *
 * @param made how many attempts were made, with this one
 */
export function judge(policy: RetryPolicy, made: number, attempt: Attempt): Verdict {
  const { status, error } = attempt;
  if (error === undefined) return { outcome: "delivered" };
  // Also where the rest of the answer did not come.
  if (status !== undefined && includes(policy.gone ?? [410], status)) return { outcome: "gone" };
  if (error === "status" && status !== undefined && policy.retry !== undefined) {
    if (!includes(policy.retry, status)) return { outcome: "failed" };
  }
  const delaySeconds = policy.delaysSeconds[made - 1];
  if (delaySeconds === undefined || FINAL_ERRORS.has(error)) return { outcome: "failed" };
  const scheduledMs = delaySeconds * 1000 * (1 + (policy.jitter ?? DEFAULT_JITTER) * Math.random());
  const askedMs = Math.min(
    attempt.retryAfterMs ?? 0,
    (policy.maxRetryAfterSeconds ?? DEFAULT_MAX_RETRY_AFTER_SECONDS) * 1000,
  );
  return { outcome: "retrying", afterMs: Math.round(Math.max(scheduledMs, askedMs)) };
}

const POLICY_NAMES = Object.keys({
  delaysSeconds: true,
  jitter: true,
  success: true,
  retry: true,
  gone: true,
  maxRetryAfterSeconds: true,
  disableAfterFailures: true,
  failureWindowSeconds: true,
} satisfies Record<keyof RetryPolicy, true>);

/** Throws where a policy can't work. */
export function checkRetryPolicy(policy: RetryPolicy): void {
  const { delaysSeconds: delays }: { delaysSeconds?: unknown } = policy ?? {};
  if (!Array.isArray(delays)) {
    const names = Object.keys(retryPolicies).map((name) => `retryPolicies.${name}`);
    throw configError(
      `retry is ${JSON.stringify(policy)}; it must be ${names.join(", ")}, or an object with delaysSeconds.`,
    );
  }
  warnUnknownOptions("retry", policy, POLICY_NAMES);
  const {
    delaysSeconds,
    jitter = DEFAULT_JITTER,
    maxRetryAfterSeconds = 0,
    disableAfterFailures = 1,
  } = policy;
  if (!isWithin(jitter, 0, 1)) throw configError("retry.jitter must be from 0 to 1.");
  const mostSeconds = Math.floor(LONGEST_TIMER_MS / 1000);
  if (!delaysSeconds.every((delay) => isWithin(delay, 0, mostSeconds / (1 + jitter)))) {
    throw configError(
      `retry.delaysSeconds must be seconds from 0 to ${mostSeconds} (24 days), with the jitter.`,
    );
  }
  if (!isWithin(maxRetryAfterSeconds, 0, mostSeconds)) {
    throw configError(
      `retry.maxRetryAfterSeconds must be seconds from 0 to ${mostSeconds} (24 days).`,
    );
  }
  if (!Number.isSafeInteger(disableAfterFailures) || disableAfterFailures < 1) {
    throw configError("retry.disableAfterFailures must be a whole number above 0.");
  }
  const { failureWindowSeconds = 1 } = policy;
  if (!isWithin(failureWindowSeconds, Number.MIN_VALUE, Number.MAX_VALUE)) {
    throw configError("retry.failureWindowSeconds must be a number of seconds above 0.");
  }
}

function includes(statuses: Statuses, status: number): boolean {
  return statuses.some((entry) =>
    typeof entry === "number" ? entry === status : Number(entry[0]) === Math.floor(status / 100),
  );
}
