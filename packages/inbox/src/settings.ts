import type { AnyProvider, ClaimStore, WebhookEvent } from "@countersign/core";
import { callGuarded, emitWarningOnce, unknownOptions } from "@countersign/core/adapter";
import type { InboxEngine } from "./engine.ts";
import { checksFor, LONGEST_AGE_SECONDS, LONGEST_TIMER_SECONDS } from "./option-checks.ts";
import type { InboxOptions } from "./options.ts";
import { defaultRetry, type RetryPolicy, type WholeRetryPolicy } from "./retry.ts";
import type { AttemptRecord, InboxHandler } from "./run-item.ts";

/** An inbox's options, asked once: checked, with defaults, in milliseconds. */
export interface Settings {
  readonly name: string;
  readonly provider: AnyProvider;
  readonly engine: InboxEngine;
  readonly handler: InboxHandler<WebhookEvent> | undefined;
  readonly orderBy: ((event: WebhookEvent) => string | undefined) | undefined;
  readonly store: ClaimStore | undefined;
  readonly retry: WholeRetryPolicy;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly keepDoneMs: number;
  readonly keepDeadMs: number;
  readonly log: InboxLog;
}

/** Tells the user of attempts and of an engine in trouble. Never throws. */
interface InboxLog {
  report(record: AttemptRecord): void;
  error(error: unknown): void;
}

const DAY_SECONDS = 86_400;
const checks = checksFor("createInbox");

const OPTION_NAMES = Object.keys({
  provider: true,
  engine: true,
  name: true,
  handler: true,
  orderBy: true,
  store: true,
  retry: true,
  timeoutSeconds: true,
  concurrency: true,
  keepDoneSeconds: true,
  keepDeadSeconds: true,
  onAttempt: true,
  onError: true,
} satisfies Record<keyof InboxOptions, true>);

/**
 * Turns options into settings.
 *
 * @throws `config_invalid` where an option can't work
 */
export function settingsOf(options: InboxOptions): Settings {
  for (const message of unknownOptions(options ?? {}, OPTION_NAMES)) {
    emitWarningOnce({ code: "option_unknown", message: `createInbox: ${message}` });
  }
  const {
    provider,
    engine,
    handler,
    orderBy,
    store,
    retry = defaultRetry,
  } = options ?? ({} as InboxOptions);
  if (typeof provider?.name !== "string") {
    throw checks.error("provider is missing. Pass the one that the receiver has, such as github.");
  }
  if (typeof engine?.add !== "function" || typeof engine.work !== "function") {
    throw checks.error(
      "engine is missing. Pass sqliteEngine({ database }), pgBossEngine({ boss, pool }), bullmqEngine({ connection }) or rabbitmqEngine({ url }).",
    );
  }
  const { name = provider.name } = options;
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw checks.error(
      `name is ${JSON.stringify(name)}; it must be 1 to 100 of letters, digits and _ . -`,
    );
  }
  for (const callback of ["handler", "orderBy", "onAttempt", "onError"] as const) {
    const value: unknown = options[callback];
    if (value !== undefined && typeof value !== "function") {
      throw checks.error(`${callback} is ${kindOf(value)}; it must be a function, or be left out.`);
    }
  }
  if (orderBy !== undefined && !("ordered" in engine)) {
    throw checks.error(
      "orderBy: this engine can't process events in order. Take sqliteEngine or pgBossEngine, or leave orderBy out.",
    );
  }
  if (store !== undefined && "transactional" in engine) {
    throw checks.error(
      "store: this engine marks events as done in its own database. Leave store out; claim.completeIn() works without it.",
    );
  }
  const milliseconds = (
    option: "timeoutSeconds" | "keepDoneSeconds" | "keepDeadSeconds",
    otherwise: number,
    max: number,
  ): number => checks.positive(option, options[option] ?? otherwise, max) * 1000;
  return {
    name,
    provider,
    engine,
    handler,
    orderBy,
    store,
    retry: checkedRetry(retry),
    timeoutMs: milliseconds("timeoutSeconds", 300, LONGEST_TIMER_SECONDS),
    concurrency: checks.whole("concurrency", options.concurrency ?? 8, 1),
    keepDoneMs: milliseconds("keepDoneSeconds", 3 * DAY_SECONDS, LONGEST_AGE_SECONDS),
    keepDeadMs: milliseconds("keepDeadSeconds", 30 * DAY_SECONDS, LONGEST_AGE_SECONDS),
    log: logOf(name, options),
  };
}

function logOf(name: string, { onAttempt, onError }: InboxOptions): InboxLog {
  const warn = (error: unknown): void =>
    process.emitWarning(
      `The inbox ${name} is in trouble, and goes on trying: ${error instanceof Error ? error.message : String(error)}`,
      { type: "CountersignWarning", code: "inbox_unavailable" },
    );
  const error = (reason: unknown): void =>
    callGuarded(
      () => (onError ?? warn)(reason),
      () => warn(reason),
    );
  return {
    error,
    report(record) {
      callGuarded(
        () => onAttempt?.(record),
        (cause) => error(new Error("onAttempt threw.", { cause })),
      );
    },
  };
}

function checkedRetry(policy: RetryPolicy): WholeRetryPolicy {
  const { delaysSeconds, jitter = defaultRetry.jitter } = policy ?? {};
  if (!Array.isArray(delaysSeconds) || !delaysSeconds.every(isDelay)) {
    throw checks.error(
      `retry is ${JSON.stringify(policy)}; it must be { delaysSeconds: [5, 60, 600] }, the waits between attempts.`,
    );
  }
  if (typeof jitter !== "number" || !(jitter >= 0 && jitter <= 1)) {
    throw checks.error(`retry.jitter is ${String(jitter)}; it must be a number from 0 to 1.`);
  }
  return { delaysSeconds, jitter };
}

function isDelay(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= LONGEST_AGE_SECONDS;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : `of the type ${typeof value}`;
}
