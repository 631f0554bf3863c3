import { isWebhookError, messageOf, WebhookError } from "../base/errors.ts";
import { bytesOf } from "../base/bytes.ts";
import type { Claim } from "../claims/claim.ts";
import type { Settlement } from "../claims/settlement.ts";
import { checkBodyHeaders, tooLarge } from "../delivery/body-limits.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { untriedSecrets } from "../doctor/untried-secrets.ts";
import { checkHeaders, type SignatureGroups } from "../verify/check-delivery.ts";
import type { WebhookEvent } from "../verify/event.ts";
import { type ReadEvent, readEvent } from "../verify/read-event.ts";
import { createEvent } from "../verify/verified-event.ts";
import { answerBodyChallenge } from "./challenge.ts";
import { claimEvent } from "./claim-event.ts";
import { type DeliverySource, readingOnce } from "./delivery-source.ts";
import { answerHandshake } from "./handshake.ts";
import type { EventInbox } from "./inbox.ts";
import { errorOfRecord, type Receipt, type ReceiptRecord } from "./receipt.ts";
import type { ReceiverLog } from "./receiver-log.ts";
import type { Settings } from "./settings.ts";
import { validate } from "./standard-schema.ts";
import { storeEvent } from "./store-event.ts";

/** Mistakes on the receiver's side: the sender is told only the code, so the log must name the line to change. */
const WARNED_CODES: ReadonlySet<string> = new Set([
  "body_already_read",
  "config_invalid",
  "secret_unavailable",
]);

/** What a receiver works with. */
export interface Receiving {
  readonly settings: Settings;
  readonly log: ReceiverLog;
}

/** One delivery on its way, as far as it is known by now. */
interface Progress {
  readonly startedAtMs: number;
  delivery?: Delivery | undefined;
  /** Set once it is verified: what its record says, whatever becomes of it. */
  known?: Pick<ReceiptRecord, "id" | "type" | "tenant" | "secretId" | "bytes">;
}

/** Decides about a delivery whose body is still to be read. */
export async function receiveFrom(receiving: Receiving, given: DeliverySource): Promise<Receipt> {
  const { settings, log } = receiving;
  const progress: Progress = { startedAtMs: performance.now() };
  const source = readingOnce(given);
  try {
    if (given.malformed !== undefined) throw given.malformed;
    const handshake = await answerHandshake(settings, log, source);
    if (handshake !== undefined) return challenged(receiving, progress, handshake);
    let groups: SignatureGroups;
    try {
      groups = checkHeaders(settings.verification, source.headers);
    } catch (error) {
      // Nobody could say what is wrong with the headers without seeing the body.
      if (settings.onRejected !== undefined) {
        progress.delivery = await readWhole(settings, source).catch(() => undefined);
      }
      throw error;
    }
    progress.delivery = await readWhole(settings, source);
    return await decide(receiving, progress, progress.delivery, groups);
  } catch (error) {
    return reject(receiving, progress, error);
  }
}

/** Decides about a delivery whose body is there. */
export async function receive(receiving: Receiving, delivery: Delivery): Promise<Receipt> {
  const { settings, log } = receiving;
  const progress: Progress = { startedAtMs: performance.now(), delivery };
  try {
    const bytes = bytesOf(delivery.body);
    if (bytes !== undefined && bytes.length > settings.limits.maxBodyBytes) {
      throw tooLarge(settings.limits);
    }
    const source = { ...delivery, readBody: async () => bytes ?? new Uint8Array() };
    const handshake = await answerHandshake(settings, log, source, bytes?.length ?? 0);
    if (handshake !== undefined) return challenged(receiving, progress, handshake);
    const groups = checkHeaders(settings.verification, delivery.headers);
    return await decide(receiving, progress, delivery, groups);
  } catch (error) {
    return reject(receiving, progress, error);
  }
}

async function readWhole({ limits }: Settings, source: DeliverySource): Promise<Delivery> {
  checkBodyHeaders(source.headers, limits);
  const { headers, method, url, via } = source;
  return { headers, method, url, via, body: await source.readBody(limits) };
}

/** Signature, freshness, body, claim: one after the other, and each only where the one before has passed. */
async function decide(
  receiving: Receiving,
  progress: Progress,
  delivery: Delivery,
  groups: SignatureGroups,
): Promise<Receipt> {
  const { settings, log } = receiving;
  const read = await readEvent(settings.verification, delivery, groups);
  const { id, type, secretId, rawBody } = read.event;
  progress.known = { id, type, tenant: read.tenant, secretId, bytes: rawBody.length };
  if (read.challenge !== undefined) {
    const response = await answerBodyChallenge(read.challenge, read.secret.key);
    return challenged(receiving, progress, response, read.event);
  }
  const event = await validated(settings, read);
  // Settled at the earliest after the claim was handed out, so after `record` was made.
  let record: ReceiptRecord;
  const outcome = await claimEvent(settings, log, read, {
    onSettled: (settlement, error, isHandlers) => {
      record = settledRecord(record, progress, settlement, error);
      // Where there are records, the error is in this one.
      if (isHandlers && settings.onReceipt === undefined) warnOfFailure(receiving, error);
      log.report(record);
    },
    onLateError: (error) => {
      warnOfFailure(receiving, error, " after it was answered or its claim was lost");
      log.report({ ...record, error, late: true });
    },
  });
  record = recordOf(settings, progress, outcome.status);
  switch (outcome.status) {
    case "duplicate":
      log.report(record);
      return { status: "duplicate", event, response: settings.answers.duplicate() };
    case "in_flight": {
      log.report(record);
      const { retryAfterSeconds } = outcome;
      const response = settings.answers.inFlight(retryAfterSeconds);
      return { status: "in_flight", event, retryAfterSeconds, response };
    }
    case "accepted":
      if (outcome.storeError !== undefined) record = { ...record, error: outcome.storeError };
      if (settings.inbox === undefined) return { status: "accepted", event, claim: outcome.claim };
      return keep(receiving, progress, settings.inbox, event, outcome.claim, (changes) => {
        record = { ...record, ...changes };
      });
  }
}

/** Stores an accepted event in the inbox and settles its claim. */
async function keep(
  { settings, log }: Receiving,
  { delivery }: Progress,
  inbox: EventInbox,
  event: WebhookEvent,
  claim: Claim,
  note: (changes: Partial<ReceiptRecord>) => void,
): Promise<Receipt> {
  const error = await storeEvent(settings, inbox, event, claim);
  if (error !== undefined) {
    note({ outcome: "rejected", code: error.code, error });
    await claim.release();
    return refuse(settings, log, delivery, error);
  }
  note({ outcome: "stored" });
  await claim.complete();
  return { status: "stored", event, response: settings.answers.stored() };
}

/** The event, with a body that the user's schema has passed. */
async function validated(
  { schema, definition }: Settings,
  { event, facts }: ReadEvent,
): Promise<WebhookEvent> {
  if (schema === undefined) return event;
  const body = await validate(schema, event.body, definition.name);
  return createEvent({ ...facts, body }, event.key);
}

function challenged(
  { settings, log }: Receiving,
  progress: Progress,
  response: Extract<Receipt, { status: "challenge" }>["response"],
  event?: WebhookEvent,
): Receipt {
  log.report(recordOf(settings, progress, "challenge"));
  return { status: "challenge", ...(event && { event }), response };
}

function reject({ settings, log }: Receiving, progress: Progress, thrown: unknown): Receipt {
  const { definition, verification } = settings;
  const error = isWebhookError(thrown)
    ? thrown
    : new WebhookError("config_invalid", `Receiving failed: ${messageOf(thrown)}`, {
        cause: thrown,
      });
  if (WARNED_CODES.has(error.code)) log.warnOnce({ code: error.code, message: error.message });
  if (error.code === "signature_mismatch") {
    const untried = untriedSecrets(definition.name, verification.secrets ?? [], verification.now());
    if (untried !== undefined) log.warnOnce(untried);
  }
  log.report({
    ...recordOf(settings, progress, "rejected"),
    code: error.code,
    error: errorOfRecord(error),
  });
  return refuse(settings, log, progress.delivery, error);
}

function refuse(
  { onRejected, answers }: Settings,
  log: ReceiverLog,
  delivery: Delivery | undefined,
  error: WebhookError,
): Receipt {
  if (delivery !== undefined && onRejected !== undefined) {
    log.guard("onRejected", () => onRejected(error, delivery));
  }
  return { status: "rejected", error, response: answers.error(error) };
}

function recordOf(
  { definition, endpoint }: Settings,
  { startedAtMs, known }: Progress,
  outcome: Receipt["status"],
): ReceiptRecord {
  return {
    provider: definition.name,
    endpoint,
    outcome,
    ...known,
    decisionMs: performance.now() - startedAtMs,
  };
}

function settledRecord(
  record: ReceiptRecord,
  { startedAtMs }: Progress,
  settlement: Settlement,
  error: unknown,
): ReceiptRecord {
  const processingMs = performance.now() - startedAtMs - record.decisionMs;
  return { ...record, settlement, processingMs, ...(error !== undefined && { error }) };
}

function warnOfFailure({ settings, log }: Receiving, error: unknown, when = ""): void {
  const shown = (error instanceof Error && error.stack) || messageOf(error);
  log.warn({
    code: "handler_failed",
    message: `The handler of an event of ${settings.definition.name} failed${when}: ${shown}`,
  });
}
