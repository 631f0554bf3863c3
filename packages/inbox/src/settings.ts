import {
  type AnyProvider,
  type ClaimStore,
  type WebhookEvent,
  WebhookError,
} from "@countersign/core";
import {
  callGuarded,
  emitWarningOnce,
  LONGEST_TIMER_MS,
  unknownOptions,
} from "@countersign/core/adapter";
import type { InboxEngine } from "./engine.ts";
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
const LONGEST_TIMER_SECONDS = Math.floor(LONGEST_TIMER_MS / 1000);

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
    throw configError("provider is missing. Pass the one that the receiver has, such as github.");
  }
  if (typeof engine?.add !== "function" || typeof engine.work !== "function") {
    throw configError(
      "engine is missing. Pass sqliteEngine({ database }), pgBossEngine({ boss, pool }), bullmqEngine({ connection }) or rabbitmqEngine({ url }).",
    );
  }
  const { name = provider.name } = options;
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw configError(
      `name is ${JSON.stringify(name)}; it must be 1 to 100 of letters, digits and _ . -`,
    );
  }
  for (const callback of ["handler", "orderBy", "onAttempt", "onError"] as const) {
    const value: unknown = options[callback];
    if (value !== undefined && typeof value !== "function") {
      throw configError(`${callback} is ${kindOf(value)}; it must be a function, or be left out.`);
    }
  }
  if (orderBy !== undefined && !("ordered" in engine)) {
    throw configError(
      "orderBy: this engine can't process events in order. Take sqliteEngine or pgBossEngine, or leave orderBy out.",
    );
  }
  if (store !== undefined && "transactional" in engine) {
    throw configError(
      "store: this engine marks events as done in its own database. Leave store out; claim.completeIn() works without it.",
    );
  }
  return {
    name,
    provider,
    engine,
    handler: handler,
    orderBy: orderBy,
    store,
    retry: checkedRetry(retry),
    timeoutMs:
      positive("timeoutSeconds", options.timeoutSeconds ?? 300, LONGEST_TIMER_SECONDS) * 1000,
    concurrency: wholeNumber("concurrency", options.concurrency ?? 8),
    keepDoneMs: positive("keepDoneSeconds", options.keepDoneSeconds ?? 3 * DAY_SECONDS) * 1000,
    keepDeadMs: positive("keepDeadSeconds", options.keepDeadSeconds ?? 30 * DAY_SECONDS) * 1000,
    log: logOf(name, options),
  };
}

/** Makes the error of an option that can't work. */
export function configError(message: string): WebhookError {
  return new WebhookError("config_invalid", `createInbox: ${message}`);
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
    throw configError(
      `retry is ${JSON.stringify(policy)}; it must be { delaysSeconds: [5, 60, 600] }, the waits between attempts.`,
    );
  }
  if (typeof jitter !== "number" || !(jitter >= 0 && jitter <= 1)) {
    throw configError(`retry.jitter is ${String(jitter)}; it must be a number from 0 to 1.`);
  }
  return { delaysSeconds, jitter };
}

function isDelay(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function positive(name: string, value: unknown, max: number = Number.POSITIVE_INFINITY): number {
  if (typeof value === "number" && value > 0 && value <= max) return value;
  const limit = Number.isFinite(max) ? `, at most ${max} (24 days)` : "";
  throw configError(`${name} is ${String(value)}; it must be a number above 0${limit}.`);
}

function wholeNumber(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw configError(`${name} is ${String(value)}; it must be a whole number above 0.`);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : `of the type ${typeof value}`;
}
