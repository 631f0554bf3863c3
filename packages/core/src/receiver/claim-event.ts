import { type Awaitable, isPending } from "../base/awaitable.ts";
import { messageOf, WebhookError } from "../base/errors.ts";
import type { ClaimResult, ClaimStore } from "../claims/claim-store.ts";
import type { Claim, ClaimTerms } from "../claims/claim.ts";
import { freeClaim } from "../claims/free-claim.ts";
import { holdClaim } from "../claims/held-claim.ts";
import type { SettlementCallbacks } from "../claims/settlement.ts";
import { newToken } from "../claims/token.ts";
import { waitForClaim } from "../claims/waiting.ts";
import { keyPrefixOf, storedKey } from "../verify/identity.ts";
import type { ReadEvent } from "../verify/read-event.ts";
import { retryAfterSeconds } from "./answer.ts";
import { type Asked, askStore } from "./ask-store.ts";
import type { ReceiverLog } from "./receiver-log.ts";
import type { Settings } from "./settings.ts";

/** Who may process an event. */
export type ClaimOutcome =
  /** `storeError`: the store was away, and `onStoreError` accepts all the same. */
  | {
      readonly status: "accepted";
      readonly claim: Claim;
      readonly storeError?: unknown;
      readonly waitedMs?: number;
    }
  /** `waitedMs`: how long it has waited for another delivery of the event. */
  | { readonly status: "duplicate"; readonly waitedMs?: number }
  | {
      readonly status: "in_flight";
      readonly retryAfterSeconds: number;
      readonly waitedMs?: number;
    };

/** The clocks of the store and of this process differ by up to a round trip: a record outlives its signature by this. */
const FRESHNESS_MARGIN_MS = 5000;

/** An event that is to be claimed. */
interface Task {
  readonly settings: Settings;
  readonly log: ReceiverLog;
  readonly read: ReadEvent;
  readonly arrivedAtMs: number;
  readonly told: SettlementCallbacks;
}

/**
 * Claims a verified event in the store, in one step. Where another delivery of it is being processed, and the receiver waits for such
 * (`whileInFlight`), it is decided about when that one has ended.
 *
 * What is there is not awaited, here and below: a store in memory answers at once, and each wait costs more than its answer.
 *
 * @param arrivedAtMs when the delivery came, by `performance.now()`
 * @param told gets to know how the claim ended, and what its handler failed with
 * @throws `store_unavailable` where the store is away, and `onStoreError` is `reject`
 */
export function claimEvent(
  settings: Settings,
  log: ReceiverLog,
  read: ReadEvent,
  arrivedAtMs: number,
  told: SettlementCallbacks,
): Awaitable<ClaimOutcome> {
  const { store, endpoint, keyPrefix } = settings;
  const { event, tenant } = read;
  const task: Task = { settings, log, read, arrivedAtMs, told };
  if (store === undefined || event.key === undefined) return acceptedUnclaimed(task);
  const prefix = tenant === undefined ? keyPrefix : keyPrefixOf(endpoint, tenant);
  const key = storedKey(prefix, event.key);
  return isPending(key)
    ? key.then((made) => claimKey(task, store, made))
    : claimKey(task, store, key);
}

function claimKey(task: Task, store: ClaimStore, key: string): Awaitable<ClaimOutcome> {
  const { lease, waitMs } = task.settings;
  let asked: Asked;
  try {
    asked = askStore(store, key, lease, lease.storeTimeoutMs);
  } catch (cause) {
    return acceptedWithout(task, cause);
  }
  const { result } = asked;
  const isThere = !isPending(result) && (result.status !== "in_flight" || waitMs === undefined);
  return isThere
    ? outcomeOf(task, store, key, asked, result)
    : claimLater(task, store, key, asked, waitMs);
}

async function claimLater(
  task: Task,
  store: ClaimStore,
  key: string,
  first: Asked,
  waitMs: number | undefined,
): Promise<ClaimOutcome> {
  const { lease } = task.settings;
  let result: ClaimResult;
  try {
    result = await first.result;
  } catch (cause) {
    return acceptedWithout(task, cause);
  }
  if (result.status !== "in_flight" || waitMs === undefined) {
    return outcomeOf(task, store, key, first, result);
  }
  const beganAtMs = performance.now();
  let last = first;
  result = await waitForClaim(store, key, task.arrivedAtMs + waitMs, async (withinMs) => {
    last = askStore(store, key, lease, withinMs);
    return last.result;
  });
  const waitedMs = performance.now() - beganAtMs;
  return { ...outcomeOf(task, store, key, last, result), waitedMs };
}

function outcomeOf(
  { settings, log, read, told }: Task,
  store: ClaimStore,
  key: string,
  { token, atMs }: Asked,
  result: ClaimResult,
): ClaimOutcome {
  switch (result.status) {
    case "processed":
      return { status: "duplicate" };
    case "in_flight":
      return {
        status: "in_flight",
        retryAfterSeconds: retryAfterSeconds(result.retryAfterMs),
      };
    case "claimed": {
      const terms = termsOf(settings, log, read, told);
      return { status: "accepted", claim: holdClaim(store, key, token, atMs, terms) };
    }
  }
}

/** Accepts an event of which no record is kept. */
function acceptedUnclaimed({ settings, log, told }: Task): ClaimOutcome & { status: "accepted" } {
  const claim = freeClaim(newToken(), {
    maxProcessingMs: settings.lease.maxProcessingMs,
    onOverdue: () => warnOverdue(settings, log, "A retry is not kept back meanwhile."),
    told,
  });
  return { status: "accepted", claim };
}

/** Accepts an event while the store is away, if the receiver is to. */
function acceptedWithout(task: Task, cause: unknown): ClaimOutcome {
  if (task.settings.onStoreError !== "accept") throw unavailable(cause);
  return { ...acceptedUnclaimed(task), storeError: cause };
}

function unavailable(cause: unknown): WebhookError {
  return new WebhookError(
    "store_unavailable",
    `The dedup store did not take the event: ${messageOf(cause)}. The provider was told to send it again.`,
    { cause },
  );
}

/** A record lives at least as long as its delivery would verify. */
function termsOf(
  settings: Settings,
  log: ReceiverLog,
  { verifiableUntilMs }: ReadEvent,
  told: SettlementCallbacks,
): ClaimTerms {
  const { lease, verification } = settings;
  const freshMs =
    verifiableUntilMs === undefined
      ? 0
      : Math.max(0, verifiableUntilMs - verification.now()) + FRESHNESS_MARGIN_MS;
  const { leaseMs, maxProcessingMs, storeTimeoutMs } = lease;
  // Written out: V8 copies an object with `...` for more than the rest of a claim costs.
  return {
    leaseMs,
    maxProcessingMs,
    storeTimeoutMs,
    retentionMs: Math.max(lease.retentionMs, freshMs),
    freshMs,
    told,
    onOverdue: () =>
      warnOverdue(
        settings,
        log,
        `Its claim lapses within ${lease.leaseMs / 1000} s, and a retry runs the event again.`,
      ),
  };
}

function warnOverdue({ definition, lease }: Settings, log: ReceiverLog, consequence: string): void {
  log.warn({
    code: "handler_overdue",
    message:
      `${definition.name}: a handler has not answered for ${lease.maxProcessingMs / 1000} s; end the response or return (behind receive(): complete or release the claim). ` +
      `${consequence} If it needs longer, raise maxProcessingSeconds.`,
  });
}
