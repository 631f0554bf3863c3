import { type Awaitable, isPending } from "../base/awaitable.ts";
import { messageOf, WebhookError } from "../base/errors.ts";
import { withTimeout } from "../base/timeout.ts";
import type { ClaimResult, ClaimStore } from "../claims/claim-store.ts";
import type { Claim, ClaimTerms } from "../claims/claim.ts";
import { freeClaim } from "../claims/free-claim.ts";
import { holdClaim } from "../claims/held-claim.ts";
import type { SettlementCallbacks } from "../claims/settlement.ts";
import { endWait, waitForClaim } from "../claims/waiting.ts";
import { storedKey } from "../verify/identity.ts";
import type { ReadEvent } from "../verify/read-event.ts";
import { retryAfterSeconds } from "./answer.ts";
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

/**
 * Claims a verified event in the store, in one step. Where another delivery of it is being processed, and the receiver waits for such
 * (`whileInFlight`), it is decided about when that one has ended.
 *
 * @param arrivedAtMs when the delivery came, by `performance.now()`
 * @param told gets to know how the claim ended, and what its handler failed with
 * @throws `store_unavailable` where the store is away, and `onStoreError` is `reject`
 */
export async function claimEvent(
  settings: Settings,
  log: ReceiverLog,
  read: ReadEvent,
  arrivedAtMs: number,
  told: SettlementCallbacks,
): Promise<ClaimOutcome> {
  const { store, lease, endpoint, waitMs } = settings;
  const { event, tenant } = read;
  const claimNothing = (): Claim =>
    freeClaim(crypto.randomUUID(), {
      maxProcessingMs: lease.maxProcessingMs,
      onOverdue: () => warnOverdue(settings, log, "A retry is not kept back meanwhile."),
      told,
    });
  if (store === undefined || event.key === undefined) {
    return { status: "accepted", claim: claimNothing() };
  }
  // What is there is not awaited, here and below: a store in memory answers at once, and each wait costs more than its answer.
  const named = storedKey(endpoint, tenant ?? "", event.key);
  const key = isPending(named) ? await named : named;
  let token = "";
  let askedAtMs = 0;
  const ask = (withinMs = lease.storeTimeoutMs): Awaitable<ClaimResult> => {
    // A token of its own each time: a claim that the store grants too late is released by it.
    token = crypto.randomUUID();
    askedAtMs = performance.now();
    return askStore(store, key, token, lease, withinMs);
  };
  let result: ClaimResult;
  try {
    const asked = ask();
    result = isPending(asked) ? await asked : asked;
  } catch (cause) {
    if (settings.onStoreError === "accept") {
      return { status: "accepted", claim: claimNothing(), storeError: cause };
    }
    throw unavailable(cause);
  }
  let waited: { waitedMs?: number } = {};
  if (result.status === "in_flight" && waitMs !== undefined) {
    const beganAtMs = performance.now();
    result = await waitForClaim(store, key, arrivedAtMs + waitMs, async (withinMs) =>
      ask(withinMs),
    );
    waited = { waitedMs: performance.now() - beganAtMs };
  }
  switch (result.status) {
    case "processed":
      return { status: "duplicate", ...waited };
    case "in_flight": {
      const seconds = retryAfterSeconds(result.retryAfterMs);
      return { status: "in_flight", retryAfterSeconds: seconds, ...waited };
    }
    case "claimed": {
      const terms = termsOf(settings, log, read, wakingOthers(store, key, told));
      const claim = holdClaim(store, key, token, askedAtMs, terms);
      return { status: "accepted", claim, ...waited };
    }
  }
}

function unavailable(cause: unknown): WebhookError {
  return new WebhookError(
    "store_unavailable",
    `The dedup store did not take the event: ${messageOf(cause)}. The provider was told to send it again.`,
    { cause },
  );
}

/** Has those who wait for an event know how it ended. */
function wakingOthers(
  store: ClaimStore,
  key: string,
  told: SettlementCallbacks,
): SettlementCallbacks {
  return {
    ...told,
    onSettled(settlement, error, isHandlers) {
      endWait(store, key, settlement);
      told.onSettled(settlement, error, isHandlers);
    },
  };
}

function askStore(
  store: ClaimStore,
  key: string,
  token: string,
  { leaseMs, storeTimeoutMs }: Settings["lease"],
  withinMs: number,
): Awaitable<ClaimResult> {
  const asked = store.claim(key, { token, leaseMs });
  if (!isPending(asked)) return asked;
  return withTimeout(asked, Math.min(storeTimeoutMs, withinMs)).catch((error: unknown) => {
    // The store may have granted the claim without our knowing: after we gave up, or before its answer was lost. Held until its lease
    // ends, it would block the retry.
    asked
      .then(
        ({ status }) => status === "claimed",
        () => true,
      )
      .then((mayBeOurs) => mayBeOurs && store.release(key, { token }))
      .catch(() => {});
    throw error;
  });
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
  return {
    leaseMs: lease.leaseMs,
    maxProcessingMs: lease.maxProcessingMs,
    storeTimeoutMs: lease.storeTimeoutMs,
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
