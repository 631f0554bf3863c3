import type { Settlement } from "../claims/settlement.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { ReadEvent } from "../verify/read-event.ts";
import { type MissedTerms, missedTerms } from "./answer-terms.ts";
import { type Observation, observed, type RunObserved, runObservedBy } from "./observation.ts";
import type { Receipt, ReceiptRecord } from "./receipt.ts";
import type { ReceiverLog } from "./receiver-log.ts";
import { attemptIn, type RequestFacts, requestFacts } from "./request-facts.ts";
import type { Settings } from "./settings.ts";

/** The settings and the log of a receiver. */
export interface Receiving {
  readonly settings: Settings;
  readonly log: ReceiverLog;
}

/** One delivery on its way, as far as it is known by now. */
export interface Progress {
  readonly startedAtMs: number;
  /** The request's part of the record; undefined where nobody receives records. */
  readonly request?: RequestFacts | undefined;
  /** The observation of this delivery, if there is an observer, and the function that runs work inside it. */
  readonly observation?: Observation | undefined;
  readonly run?: RunObserved | undefined;
  delivery?: Delivery | undefined;
  /** Set once it is verified: what its record says, whatever becomes of it. */
  known?: Pick<
    ReceiptRecord,
    "id" | "type" | "tenant" | "secretId" | "bytes" | "ageMs" | "attempt"
  >;
  /** Set once the store was asked. */
  claimMs?: number | undefined;
  /** Set where it waited for another delivery of the event. */
  waitedMs?: number | undefined;
  /** Set once it is answered. */
  missed?: MissedTerms | undefined;
}

/** Tells whether anybody gets the records. Where nobody does none is finished: a delivery is to cost no more than it must. */
export function isHeard({ onReceipt, observe }: Settings): boolean {
  return onReceipt !== undefined || observe !== undefined;
}

/** Begins to follow a delivery. Never throws. */
export function begin({ settings, log }: Receiving, given: Omit<Delivery, "body">): Progress {
  const { definition, endpoint, observe } = settings;
  const startedAtMs = performance.now();
  if (!isHeard(settings)) return { startedAtMs };
  const request = requestFacts(definition, given);
  if (observe === undefined) return { startedAtMs, request };
  const observation = observed(observe, { provider: definition.name, endpoint, ...request }, log);
  const run = observation && runObservedBy(observation, log);
  return { startedAtMs, request, observation, run };
}

/** Notes what is known of a delivery once it is verified. */
export function noteVerified(
  { settings, log }: Receiving,
  progress: Progress,
  read: ReadEvent,
): void {
  if (!isHeard(settings)) return;
  progress.known = knownOf(settings, read);
  const { observation } = progress;
  if (observation?.verified !== undefined) {
    log.guard("observe().verified", () => observation.verified?.(read.event));
  }
}

function knownOf(
  { definition, verification }: Settings,
  { event, tenant }: ReadEvent,
): NonNullable<Progress["known"]> {
  const { id, type, secretId, rawBody, timestamp, body } = event;
  const attempt = attemptIn(definition, body);
  return {
    id,
    type,
    tenant,
    secretId,
    bytes: rawBody.length,
    ageMs: timestamp && verification.now() - timestamp.getTime(),
    ...(attempt !== undefined && { attempt }),
  };
}

/** Notes how long the store took to answer, where there is one to be asked, and how long the delivery waited for another one. */
export function noteClaim(
  { store }: Settings,
  progress: Progress,
  askedAtMs: number,
  waitedMs: number | undefined,
): void {
  if (store !== undefined) progress.claimMs = performance.now() - askedAtMs - (waitedMs ?? 0);
  if (waitedMs !== undefined) progress.waitedMs = waitedMs;
}

/** Makes the record of a delivery that has been decided about. */
export function recordOf(
  { definition, endpoint }: Settings,
  { startedAtMs, request, known, claimMs, waitedMs }: Progress,
  outcome: Receipt["status"],
): ReceiptRecord {
  return {
    provider: definition.name,
    endpoint,
    outcome,
    ...request,
    ...known,
    ...(claimMs !== undefined && { claimMs }),
    ...(waitedMs !== undefined && { waitedMs }),
    decisionMs: performance.now() - startedAtMs,
  };
}

/** Adds to a record how the claim ended. */
export function settledRecord(
  { definition }: Settings,
  record: ReceiptRecord,
  progress: Progress,
  settlement: Settlement,
  error: unknown,
): ReceiptRecord {
  const elapsedMs = performance.now() - progress.startedAtMs;
  const processingMs = elapsedMs - record.decisionMs;
  const missed = progress.missed ?? missedTerms(definition, elapsedMs);
  return { ...record, settlement, processingMs, ...missed, ...(error !== undefined && { error }) };
}

/** Gives a record to `onReceipt`, and to what follows the delivery. */
export function tell({ log }: Receiving, { observation }: Progress, record: ReceiptRecord): void {
  log.report(record);
  if (observation !== undefined) log.guard("observe().report", () => observation.report(record));
}
