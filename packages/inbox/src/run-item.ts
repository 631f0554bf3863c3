import { type Claim, eventFrom, type WebhookEvent } from "@countersign/core";
import type { Outcome, TakenItem } from "./engine.ts";
import { holdItem } from "./hold-item.ts";
import { judge, textOf } from "./retry.ts";
import type { Settings } from "./settings.ts";

/** The right to process an event in a worker. The worker settles it by what the handler does: return, or throw. */
export type ItemClaim = Pick<Claim, "token" | "signal" | "completeIn">;

/** The second argument of an inbox's handler. */
export interface InboxContext {
  /** Names the event in the inbox, for `get`, `retry` and `discard`. */
  readonly id: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** When the receiver stored the event. */
  readonly storedAt: Date;
  /**
   * `signal` aborts when the attempt's time is up, when the worker stops, or when another worker has taken the event over.
   * `completeIn(client)` marks the event as done inside your own transaction, so that its effects stand exactly once.
   */
  readonly claim: ItemClaim;
}

/** Processes one event. When it returns, the event is done; when it throws, the event is tried again. */
export type InboxHandler<Event> = (event: Event, context: InboxContext) => unknown;

/** One record an attempt for `onAttempt`, fit for a structured log. It never contains a body or a secret. */
export interface AttemptRecord {
  readonly inbox: string;
  readonly id: string;
  readonly attempt: number;
  /** `repeated`: the event had been handled before, so the handler did not run. */
  readonly outcome: Outcome["status"] | "repeated";
  /** The error that the handler threw, or the reason why it was stopped. */
  readonly error?: unknown;
  /** How long until the next attempt, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly provider?: string;
  readonly eventId?: string | undefined;
  readonly type?: string | undefined;
  readonly tenant?: string | undefined;
  /** From storing the event to the start of this attempt, in milliseconds. */
  readonly ageMs: number;
  /** How long the attempt took, in milliseconds. */
  readonly processingMs: number;
}

/** A process that died, or was stopped, has used up an attempt; so many more are granted. */
const EXTRA_ATTEMPTS = 3;

/**
 * Makes one attempt at an item.
 *
 * @param running each attempt adds what aborts it, for the time that it takes
 */
export async function runItem(
  settings: Settings,
  handler: InboxHandler<WebhookEvent>,
  item: TakenItem,
  running: Set<AbortController>,
): Promise<Outcome> {
  const startedAtMs = performance.now();
  const { name, log } = settings;
  const ageMs = Math.max(0, Date.now() - item.storedAt.getTime());
  let facts: Pick<AttemptRecord, "provider" | "eventId" | "type" | "tenant"> = {};
  const report = (
    outcome: AttemptRecord["outcome"],
    more: Pick<AttemptRecord, "error" | "retryAfterMs"> = {},
  ): void => {
    const { id, attempt } = item;
    const processingMs = performance.now() - startedAtMs;
    log.report({ inbox: name, id, attempt, outcome, ...facts, ageMs, processingMs, ...more });
  };
  const stop = new AbortController();
  running.add(stop);
  try {
    const event = eventFrom(JSON.parse(item.event));
    const { provider, id: eventId, type, tenant } = event;
    facts = { provider, eventId, type, tenant };
    const held = await holdItem(item, { ...settings, queue: name });
    if (held === undefined) {
      report("repeated");
      return { status: "done", inTransaction: false };
    }
    await callHandler(settings, handler, event, item, held.claim, stop);
    report("done");
    return { status: "done", inTransaction: held.isDoneInTransaction() };
  } catch (error) {
    const outcome: Outcome =
      error instanceof WorkerStopping
        ? { status: "retrying", afterMs: 0, error: textOf(error) }
        : judge(settings.retry, item.attempt, error);
    const { status } = outcome;
    report(status, { error, ...(status === "retrying" && { retryAfterMs: outcome.afterMs }) });
    return outcome;
  } finally {
    running.delete(stop);
  }
}

/** Runs the handler, at the most until the attempt is aborted. */
async function callHandler(
  { timeoutMs, retry }: Settings,
  handler: InboxHandler<WebhookEvent>,
  event: WebhookEvent,
  { id, attempt: number, storedAt }: TakenItem,
  claim: Claim,
  stop: AbortController,
): Promise<void> {
  const { signal } = stop;
  const timer = setTimeout(() => {
    stop.abort(new Error(`The handler did not return within ${timeoutMs / 1000} s.`));
  }, timeoutMs);
  const onLost = (): void => stop.abort(claim.signal.reason);
  claim.signal.addEventListener("abort", onLost, { once: true });
  try {
    if (number > retry.delaysSeconds.length + 1 + EXTRA_ATTEMPTS) {
      throw new Error("The process has died in each of the last attempts, so no more are made.");
    }
    const { token } = claim;
    const context: InboxContext = {
      id,
      attempt: number,
      storedAt,
      claim: {
        token,
        signal,
        // Not async: with a synchronous database it has to throw before the transaction commits.
        ...(claim.completeIn && { completeIn: (client) => claim.completeIn?.(client) ?? NOTHING }),
      },
    };
    await unlessAborted(signal, async () => handler(event, context));
    await claim.complete();
  } catch (error) {
    await claim.release(error);
    throw error;
  } finally {
    clearTimeout(timer);
    claim.signal.removeEventListener("abort", onLost);
  }
}

/** Resolves when `work` does. Rejects where it does, or the signal aborts before. */
async function unlessAborted(signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  signal.throwIfAborted();
  // Made where something waits for it: a rejection that nobody hears ends the process.
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  await Promise.race([aborted, work()]);
}

const NOTHING: Promise<void> = Promise.resolve();

/** Why an attempt ends when the worker no longer waits for it. */
export class WorkerStopping extends Error {
  override readonly name = "WorkerStopping";
}
