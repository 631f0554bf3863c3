import { isPending } from "../base/awaitable.ts";
import { isWebhookError, messageOf, WebhookError } from "../base/errors.ts";
import { bytesOf } from "../base/bytes.ts";
import type { Claim } from "../claims/claim.ts";
import { checkBodyHeaders, tooLarge } from "../delivery/body-limits.ts";
import type { SettlementCallbacks } from "../claims/settlement.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { untriedSecrets } from "../doctor/untried-secrets.ts";
import { checkHeaders, type SignatureGroups } from "../verify/check-delivery.ts";
import type { WebhookEvent } from "../verify/event.ts";
import { type ReadEvent, readEvent } from "../verify/read-event.ts";
import { createEvent } from "../verify/verified-event.ts";
import { noteAnswer } from "./note-answer.ts";
import { answerBodyChallenge } from "./challenge.ts";
import { claimEvent, type ClaimOutcome } from "./claim-event.ts";
import { type DeliverySource, readingOnce } from "./delivery-source.ts";
import { answerHandshake } from "./handshake.ts";
import type { EventInbox } from "./inbox.ts";
import { observeHandler } from "./observation.ts";
import {
  begin,
  isHeard,
  noteClaim,
  noteVerified,
  type Progress,
  type Receiving,
  recordOf,
  settledRecord,
  tell,
} from "./progress.ts";
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

/** Decides about a delivery whose body is still to be read. */
export function receiveFrom(receiving: Receiving, source: DeliverySource): Promise<Receipt> {
  const progress = begin(receiving, source);
  const work = () => decideFrom(receiving, progress, source);
  return progress.run === undefined ? work() : progress.run(work);
}

/** Decides about a delivery whose body is there. */
export function receive(receiving: Receiving, delivery: Delivery): Promise<Receipt> {
  const progress = begin(receiving, delivery);
  progress.delivery = delivery;
  const work = () => decideAbout(receiving, progress, delivery);
  return progress.run === undefined ? work() : progress.run(work);
}

async function decideFrom(
  receiving: Receiving,
  progress: Progress,
  given: DeliverySource,
): Promise<Receipt> {
  const { settings, log } = receiving;
  // Only a handshake reads a body that is read again.
  const source = hasChallenge(settings) ? readingOnce(given) : given;
  try {
    if (given.malformed !== undefined) throw given.malformed;
    const handshake = hasChallenge(settings)
      ? await answerHandshake(settings, log, source)
      : undefined;
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
    try {
      progress.delivery = await readWhole(settings, source);
    } catch (error) {
      const isCompressed = isWebhookError(error) && error.code === "body_encoding_unsupported";
      if (isCompressed) progress.delivery = await readCompressed(settings, given);
      throw error;
    }
    return await decide(receiving, progress, progress.delivery, groups);
  } catch (error) {
    return reject(receiving, progress, error);
  }
}

async function decideAbout(
  receiving: Receiving,
  progress: Progress,
  delivery: Delivery,
): Promise<Receipt> {
  const { settings, log } = receiving;
  try {
    const bytes = bytesOf(delivery.body);
    if (bytes !== undefined && bytes.length > settings.limits.maxBodyBytes) {
      throw tooLarge(settings.limits);
    }
    const source = { ...delivery, readBody: async () => bytes ?? new Uint8Array() };
    const handshake = hasChallenge(settings)
      ? await answerHandshake(settings, log, source, bytes?.length ?? 0)
      : undefined;
    if (handshake !== undefined) return challenged(receiving, progress, handshake);
    const groups = checkHeaders(settings.verification, delivery.headers);
    return await decide(receiving, progress, delivery, groups);
  } catch (error) {
    return reject(receiving, progress, error);
  }
}

function hasChallenge({ definition }: Settings): boolean {
  return definition.challenge !== undefined;
}

async function readWhole({ limits }: Settings, source: DeliverySource): Promise<Delivery> {
  checkBodyHeaders(source.headers, limits);
  const { headers, method, url, via, remoteAddress } = source;
  return { headers, method, url, via, remoteAddress, body: await source.readBody(limits) };
}

/** Reads a body that stays compressed, for `onRejected` alone; undefined where nobody asked for it, or it can't be read. */
async function readCompressed(
  { limits, onRejected }: Settings,
  source: DeliverySource,
): Promise<Delivery | undefined> {
  if (onRejected === undefined) return undefined;
  const { headers, method, url, via } = source;
  try {
    const body = await source.readBody({ ...limits, inflate: false });
    return { headers, method, url, via, body };
  } catch {
    return undefined;
  }
}

/** Signature, freshness, body, claim: one after the other, and each only where the one before has passed. */
async function decide(
  receiving: Receiving,
  progress: Progress,
  delivery: Delivery,
  groups: SignatureGroups,
): Promise<Receipt> {
  const { settings, log } = receiving;
  const reading = readEvent(settings.verification, delivery, groups);
  const read = isPending(reading) ? await reading : reading;
  noteVerified(receiving, progress, read);
  if (read.challenge !== undefined) {
    const response = await answerBodyChallenge(read.challenge, read.secret.key);
    return challenged(receiving, progress, response, read.event);
  }
  const event = settings.schema === undefined ? read.event : await validated(settings, read);
  // Settled at the earliest after the claim was handed out, so after `record` was made.
  let record: ReceiptRecord;
  const askedAtMs = performance.now();
  const told: SettlementCallbacks = {
    onEnding: (status) => noteAnswer(receiving, progress, status),
    onSettled: (settlement, error, isHandlers) => {
      // Where there are records, the error is in this one.
      if (isHandlers && settings.onReceipt === undefined) warnOfFailure(receiving, error);
      if (!isHeard(settings)) return;
      record = settledRecord(settings, record, progress, settlement, error);
      tell(receiving, progress, record);
    },
    onLateError: (error) => {
      warnOfFailure(receiving, error, " after it was answered or its claim was lost");
      tell(receiving, progress, { ...record, error, late: true });
    },
  };
  let outcome: ClaimOutcome | undefined;
  try {
    outcome = await claimEvent(settings, log, read, progress.startedAtMs, told);
  } finally {
    noteClaim(settings, progress, askedAtMs, outcome?.waitedMs);
  }
  record = recordOf(settings, progress, outcome.status);
  switch (outcome.status) {
    case "duplicate":
      tell(receiving, progress, record);
      return { status: "duplicate", event, response: settings.answers.duplicate() };
    case "in_flight": {
      tell(receiving, progress, record);
      const { retryAfterSeconds } = outcome;
      const response = settings.answers.inFlight(retryAfterSeconds);
      return { status: "in_flight", event, retryAfterSeconds, response };
    }
    case "accepted":
      if (outcome.storeError !== undefined) record = { ...record, error: outcome.storeError };
      if (settings.inbox !== undefined) {
        return keep(receiving, progress, settings.inbox, event, outcome.claim, (changes) => {
          record = { ...record, ...changes };
        });
      }
      if (progress.run !== undefined) observeHandler(outcome.claim, progress.run);
      return { status: "accepted", event, claim: outcome.claim };
  }
}

/** Stores an accepted event in the inbox and settles its claim; the record is told with it. */
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
    note({ outcome: "rejected", code: error.code, message: error.message, error });
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
  receiving: Receiving,
  progress: Progress,
  response: Extract<Receipt, { status: "challenge" }>["response"],
  event?: WebhookEvent,
): Receipt {
  tell(receiving, progress, recordOf(receiving.settings, progress, "challenge"));
  return { status: "challenge", ...(event && { event }), response };
}

function reject(receiving: Receiving, progress: Progress, thrown: unknown): Receipt {
  const { settings, log } = receiving;
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
  if (isHeard(settings)) {
    tell(receiving, progress, {
      ...recordOf(settings, progress, "rejected"),
      code: error.code,
      message: error.message,
      error: errorOfRecord(error),
    });
  }
  return refuse(settings, log, progress.delivery, error);
}

/** Tells `onRejected`, and answers the sender. */
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

function warnOfFailure({ settings, log }: Receiving, error: unknown, when = ""): void {
  const shown = (error instanceof Error && error.stack) || messageOf(error);
  log.warn({
    code: "handler_failed",
    message: `The handler of an event of ${settings.definition.name} failed${when}: ${shown}`,
  });
}
