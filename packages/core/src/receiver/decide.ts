import { type Awaitable, isPending } from "../base/awaitable.ts";
import { WebhookError } from "../base/errors.ts";
import type { Claim } from "../claims/claim.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { answerTo } from "../scheme/challenge-answer.ts";
import type { FoundChallenge } from "../scheme/scheme.ts";
import { type Judged, judgeDelivery, type SignatureGroups } from "../verify/check-delivery.ts";
import type { WebhookEvent } from "../verify/event.ts";
import { type ReadEvent, readMatch } from "../verify/read-event.ts";
import { createEvent } from "../verify/verified-event.ts";
import { Account } from "./account.ts";
import { claimEvent, type ClaimOutcome } from "./claim-event.ts";
import type { EventInbox } from "./inbox.ts";
import { observeHandler } from "./observation.ts";
import {
  isHeard,
  noteClaim,
  noteVerified,
  type Progress,
  type Receiving,
  recordOf,
  tell,
} from "./progress.ts";
import type { Receipt } from "./receipt.ts";
import { refuse, reject } from "./reject.ts";
import { type StandardSchema, validate } from "./standard-schema.ts";
import { storeEvent } from "./store-event.ts";

/**
 * Signature, freshness, body, claim: one after the other, and each only where the one before has passed.
 *
 * No step is awaited whose result is there: a delivery that meets a store in memory is decided about at once.
 */
export function decide(
  receiving: Receiving,
  progress: Progress,
  delivery: Delivery,
  groups: SignatureGroups,
): Awaitable<Receipt> {
  const judging = judgeDelivery(receiving.settings.verification, delivery, groups);
  return isPending(judging)
    ? judging.then((judged) => decideJudged(receiving, progress, delivery, judged))
    : decideJudged(receiving, progress, delivery, judging);
}

function decideJudged(
  receiving: Receiving,
  progress: Progress,
  { headers }: Delivery,
  judged: Judged,
): Awaitable<Receipt> {
  if (judged instanceof WebhookError) return reject(receiving, progress, judged);
  const reading = readMatch(receiving.settings.verification, headers, judged);
  return isPending(reading)
    ? reading.then((read) => decideAboutEvent(receiving, progress, read))
    : decideAboutEvent(receiving, progress, reading);
}

function decideAboutEvent(
  receiving: Receiving,
  progress: Progress,
  read: ReadEvent,
): Awaitable<Receipt> {
  noteVerified(receiving, progress, read);
  const { challenge } = read;
  if (challenge !== undefined) return answerChallenge(receiving, progress, read, challenge);
  const { schema } = receiving.settings;
  if (schema !== undefined) return claimValidated(receiving, progress, read, schema);
  return claim(receiving, progress, read, read.event);
}

async function answerChallenge(
  receiving: Receiving,
  progress: Progress,
  { secret, event }: ReadEvent,
  challenge: FoundChallenge,
): Promise<Receipt> {
  const response = await answerTo(challenge, secret.key);
  return challenged(receiving, progress, response, event);
}

/** Claims the event with a body that the user's schema has passed. */
async function claimValidated(
  receiving: Receiving,
  progress: Progress,
  read: ReadEvent,
  schema: StandardSchema,
): Promise<Receipt> {
  const { event, facts } = read;
  const body = await validate(schema, event.body, receiving.settings.definition.name);
  return claim(receiving, progress, read, createEvent({ ...facts, body }, event.key));
}

function claim(
  receiving: Receiving,
  progress: Progress,
  read: ReadEvent,
  event: WebhookEvent,
): Awaitable<Receipt> {
  const account = new Account(receiving, progress);
  const claiming = isHeard(receiving.settings)
    ? claimTimed(receiving, progress, read, account)
    : claimEvent(receiving.settings, receiving.log, read, progress.startedAtMs, account);
  return isPending(claiming)
    ? claiming.then((outcome) => receiptOf(receiving, progress, account, event, outcome))
    : receiptOf(receiving, progress, account, event, claiming);
}

/** Claims, and notes for the record how long that took, whatever came of it. */
async function claimTimed(
  { settings, log }: Receiving,
  progress: Progress,
  read: ReadEvent,
  account: Account,
): Promise<ClaimOutcome> {
  const askedAtMs = performance.now();
  let waitedMs: number | undefined;
  try {
    const outcome = await claimEvent(settings, log, read, progress.startedAtMs, account);
    ({ waitedMs } = outcome);
    return outcome;
  } finally {
    noteClaim(settings, progress, askedAtMs, waitedMs);
  }
}

function receiptOf(
  receiving: Receiving,
  progress: Progress,
  account: Account,
  event: WebhookEvent,
  outcome: ClaimOutcome,
): Awaitable<Receipt> {
  const { answers, inbox } = receiving.settings;
  account.open(outcome.status);
  switch (outcome.status) {
    case "duplicate":
      account.tell();
      return { status: "duplicate", event, response: answers.duplicate() };
    case "in_flight": {
      account.tell();
      const { retryAfterSeconds } = outcome;
      const response = answers.inFlight(retryAfterSeconds);
      return { status: "in_flight", event, retryAfterSeconds, response };
    }
    case "accepted":
      if (outcome.storeError !== undefined) account.add({ error: outcome.storeError });
      if (inbox !== undefined) {
        return keep(receiving, progress, account, inbox, event, outcome.claim);
      }
      if (progress.run !== undefined) observeHandler(outcome.claim, progress.run);
      return { status: "accepted", event, claim: outcome.claim };
  }
}

/** Stores an accepted event in the inbox and settles its claim; the record is told with it. */
async function keep(
  { settings, log }: Receiving,
  { delivery }: Progress,
  account: Account,
  inbox: EventInbox,
  event: WebhookEvent,
  claimed: Claim,
): Promise<Receipt> {
  const error = await storeEvent(settings, inbox, event, claimed);
  if (error !== undefined) {
    account.add({ outcome: "rejected", code: error.code, message: error.message, error });
    await claimed.release();
    return refuse(settings, log, delivery, error);
  }
  account.add({ outcome: "stored" });
  await claimed.complete();
  return { status: "stored", event, response: settings.answers.stored() };
}

/** Answers a registration handshake. */
export function challenged(
  receiving: Receiving,
  progress: Progress,
  response: Extract<Receipt, { status: "challenge" }>["response"],
  event?: WebhookEvent,
): Receipt {
  tell(receiving, progress, recordOf(receiving.settings, progress, "challenge"));
  return { status: "challenge", ...(event && { event }), response };
}
