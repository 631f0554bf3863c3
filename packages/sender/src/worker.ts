import { isWebhookError } from "@countersign/core";
import { type Attempt, notAttempted } from "./attempt.ts";
import type { PublishedEvent } from "./event.ts";
import type { PublisherSettings } from "./publisher-settings.ts";
import type { Job } from "./queue.ts";
import { judge } from "./retry.ts";
import { shown, type Subscription } from "./subscription.ts";
import type { AttemptReport } from "./subscription-store.ts";

/** Does the jobs of a publisher's queue. */
export interface Worker {
  /** Resolves when the job is done; rejects where it must come again. */
  run(job: Job): Promise<void>;
  /** Delivers once, and records nothing. */
  attemptTo(subscription: Subscription, event: PublishedEvent): Promise<Attempt>;
}

/**
 * Makes what does the jobs.
 *
 * @param onUnmatched gets each event that matched no subscription
 */
export function createWorker(
  settings: PublisherSettings,
  onUnmatched: (event: PublishedEvent) => void,
): Worker {
  const { sender, subscriptions, queue, hold, tell, onError } = settings;

  async function fanOut({ event }: Job): Promise<void> {
    const wanting = await subscriptions.matching(event);
    const [only] = wanting;
    if (only === undefined) onUnmatched(event);
    // With a single one the job at hand can as well be its delivery: it comes again if this worker dies.
    else if (wanting.length === 1) await deliverOrHold({ event }, only);
    else await Promise.all(wanting.map(({ id }) => queue.enqueue({ event, subscriptionId: id })));
  }

  async function deliverTo(subscriptionId: string, job: Job): Promise<void> {
    const subscription = await subscriptions.get(subscriptionId);
    // Deleted since: it wants nothing any more.
    if (subscription !== undefined) await deliverOrHold(job, subscription);
  }

  async function deliverOrHold(job: Job, subscription: Subscription): Promise<void> {
    const { active, id: subscriptionId } = subscription;
    const isHeld =
      !active && (await subscriptions.hold({ subscriptionId, event: job.event }, hold));
    if (isHeld) return;
    // Enabled at this moment, perhaps with another URL; or deleted.
    const current = active ? subscription : await subscriptions.get(subscriptionId);
    if (current !== undefined) await deliver(job, current);
  }

  async function deliver({ event, attempts = 0 }: Job, subscription: Subscription): Promise<void> {
    const { id: subscriptionId } = subscription;
    const attempt = await attemptTo(settings, subscription, event);
    const made = attempts + 1;
    const verdict = judge(sender.retry, made, attempt);
    const { outcome } = verdict;
    const report = { subscriptionId, eventId: event.id, type: event.type, outcome, attempt };
    const delayMs = verdict.outcome === "retrying" ? verdict.afterMs : undefined;
    await record(report, event, delayMs);
    tell("onAttempt", report);
    if (delayMs !== undefined) {
      await queue.enqueue({ event, subscriptionId, attempts: made }, { delayMs });
    }
  }

  /** The attempt is made: if it can't be recorded, making it again every second would be no better. */
  async function record(
    report: AttemptReport,
    event: PublishedEvent,
    delayMs: number | undefined,
  ): Promise<void> {
    const nextAttemptAt = delayMs === undefined ? undefined : new Date(Date.now() + delayMs);
    try {
      const options = { event, nextAttemptAt, policy: sender.retry };
      const disabled = await subscriptions.record(report, options);
      if (disabled !== undefined) tell("onDisabled", shown(disabled), report);
    } catch (cause) {
      onError(new Error(`An attempt to deliver ${event.id} could not be recorded.`, { cause }));
    }
  }

  return {
    attemptTo: (subscription, event) => attemptTo(settings, subscription, event),
    async run(job) {
      try {
        await (job.subscriptionId === undefined ? fanOut(job) : deliverTo(job.subscriptionId, job));
      } catch (error) {
        onError(error);
        throw error;
      }
    },
  };
}

async function attemptTo(
  { sender, providers, headers }: PublisherSettings,
  subscription: Subscription,
  event: PublishedEvent,
): Promise<Attempt> {
  const provider = providers.get(subscription.provider);
  if (provider === undefined) {
    return notAttempted("config", `This publisher has no provider "${subscription.provider}".`);
  }
  try {
    return await sender.attempt({
      url: subscription.url,
      provider,
      secret: subscription.secrets,
      body: event.body,
      id: event.id,
      type: event.type,
      timestamp: event.timestampMs,
      form: subscription.form,
      headers: headers?.(event, shown(subscription)),
    });
  } catch (error) {
    // One subscription that can't be signed for must not stop the others.
    if (isWebhookError(error)) return notAttempted("config", error.message);
    throw error;
  }
}
