import type { Answer } from "./answer.ts";
import {
  type Claim,
  type ClaimTerms,
  freeClaim,
  holdClaim,
  type Settlement,
} from "../claims/claim.ts";
import { bytesOf } from "../base/bytes.ts";
import { callGuarded } from "../base/guarded-call.ts";
import {
  answerBodyChallenge,
  answerPlainChallenge,
  answerQueryChallenge,
  isSigned,
  MAX_HANDOVER_BYTES,
  readHandover,
} from "./challenge.ts";
import { checkedLookup } from "../secrets/checked-lookup.ts";
import type { ChallengeDefinition } from "../scheme/definition.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { environmentOf } from "../doctor/environment.ts";
import { isWebhookError, messageOf, WebhookError } from "../base/errors.ts";
import type { EventOf, WebhookEvent } from "../verify/event.ts";
import { storedKey } from "../verify/identity.ts";
import {
  type BodyLimits,
  checkBodyHeaders,
  declaredBodyBytes,
  tooLarge,
} from "../delivery/body-limits.ts";
import { errorOfRecord, type Receipt, type ReceiptRecord, retryAfterSeconds } from "./receipt.ts";
import { type ReceiverOptions, settingsOf, unknownOptionWarnings } from "./options.ts";
import { validate } from "./standard-schema.ts";
import type { ClaimResult, ClaimStore } from "../claims/claim-store.ts";
import { noteEndpoint } from "../doctor/shared-endpoint.ts";
import { withTimeout } from "../base/timeout.ts";
import { checkHeaders, type SignatureGroups } from "../verify/check-delivery.ts";
import { type ReadDelivery, readDelivery } from "../verify/read-event.ts";
import { lookUpSecrets } from "../secrets/lookup.ts";
import { untriedSecrets } from "../doctor/untried-secrets.ts";
import { verificationOf } from "../verify/options.ts";
import { createEvent } from "../verify/verified-event.ts";
import { emitWarning, emitWarningOnce, type Warning } from "../base/warning.ts";

/** The event that a receiver hands out: the provider's union, or, with a `schema`, one whose body is the schema's output. */
export type ReceivedEvent<Events extends object, Output> = [Output] extends [never]
  ? EventOf<Events>
  : WebhookEvent<keyof Events & string, Output>;

/** A delivery whose body is still to be read: what a framework's adapter gives to `receiveFrom`. */
export interface DeliverySource extends Omit<Delivery, "body"> {
  /** Reads the body; called at most once, after the headers have passed. Rejects with a `WebhookError` of a `body_*` code. */
  readonly readBody: () => Promise<Uint8Array>;
}

/** A receiver without the Fetch API side. */
export interface Intake<Event extends WebhookEvent> {
  readonly limits: BodyLimits;
  readonly emptyAnswers: boolean;
  receive(delivery: Delivery): Promise<Receipt<Event>>;
  receiveFrom(source: DeliverySource): Promise<Receipt<Event>>;
  warnOnce(warning: Warning): void;
}

/** What a record says of a delivery once it is verified, whatever becomes of it. */
type KnownFacts = Pick<ReceiptRecord, "id" | "type" | "tenant" | "secretId" | "bytes">;

/** Mistakes of the receiver's own, which only its log can tell. */
const WARNED_CODES: ReadonlySet<string> = new Set([
  "body_already_read",
  "config_invalid",
  "secret_unavailable",
]);

/** Store clocks and ours differ by the time of a round trip: a record outlives its signature by this. */
const FRESHNESS_MARGIN_MS = 5000;

/** Verification and dedup behind one call; see `createReceiver`. */
export function createIntake<Events extends object, Output = never>(
  options: ReceiverOptions<Events, Output>,
): Intake<ReceivedEvent<Events, Output>> {
  type Event = ReceivedEvent<Events, Output>;
  const warnAtStart = guardedWarning(
    typeof options?.onWarning === "function" ? options.onWarning : emitWarningOnce,
  );
  // First of all: a misspelt option may be why another one is missing.
  for (const warning of unknownOptionWarnings(options)) warnAtStart(warning);
  const { secret } = options ?? {};
  const verification = verificationOf(
    typeof secret === "function" ? { ...options, secret: checkedLookup(secret) } : options,
  );
  const { definition } = verification.scheme;
  const { challenge } = definition;
  const settings = settingsOf(options, verification);
  const { store, endpoint, limits, onStoreError } = settings;
  const { schema, onSecretHandedOver, onReceipt, onRejected, onWarning = emitWarning } = options;
  const warn = guardedWarning(onWarning);

  for (const warning of diagnose(options, environmentOf())) warnAtStart(warning);
  if (store !== undefined && verification.secrets !== undefined) {
    const shared = noteEndpoint(store, endpoint, verification.secrets);
    if (shared !== undefined) warn(shared);
  }

  const warned = new Set<string>();

  async function receiveFrom(given: DeliverySource): Promise<Receipt<Event>> {
    const startedAtMs = performance.now();
    const source = readingOnce(given);
    let delivery: Delivery | undefined;
    try {
      const response = challenge && (await answerHandshake(challenge, source));
      if (response !== undefined) return challenged(response, startedAtMs);
      let groups: SignatureGroups;
      try {
        groups = checkHeaders(verification, source.headers);
      } catch (error) {
        if (onRejected !== undefined) delivery = await readWhole(source).catch(() => undefined);
        throw error;
      }
      delivery = await readWhole(source);
      return await decide(delivery, groups, startedAtMs);
    } catch (error) {
      return reject(error, delivery, startedAtMs);
    }
  }

  async function readWhole(source: DeliverySource): Promise<Delivery> {
    checkBodyHeaders(source.headers, limits);
    const { headers, method, url } = source;
    return { headers, method, url, body: await source.readBody() };
  }

  async function receive(delivery: Delivery): Promise<Receipt<Event>> {
    const startedAtMs = performance.now();
    try {
      const bytes = bytesOf(delivery.body);
      if (bytes !== undefined && bytes.length > limits.maxBodyBytes) throw tooLarge(limits);
      const readBody = async (): Promise<Uint8Array> => bytes ?? new Uint8Array();
      const source = { ...delivery, readBody };
      const response = challenge && (await answerHandshake(challenge, source, bytes?.length ?? 0));
      if (response !== undefined) return challenged(response, startedAtMs);
      return await decide(delivery, checkHeaders(verification, delivery.headers), startedAtMs);
    } catch (error) {
      return reject(error, delivery, startedAtMs);
    }
  }

  /**
   * What to respond to a registration handshake that carries no signature; undefined for everything else.
   *
   * @param bodyBytes how long the body is, as far as that is known before it is read
   */
  async function answerHandshake(
    asked: ChallengeDefinition,
    source: DeliverySource,
    bodyBytes: number | undefined = declaredBodyBytes(source.headers),
  ): Promise<Answer | undefined> {
    const { scheme, secrets } = verification;
    if ("query" in asked) {
      return answerQueryChallenge(scheme, source, {
        secrets: async () =>
          secrets ?? (await lookUpSecrets(verification, { ...source, body: "" })).secrets,
        verifyToken: options.verifyToken,
        nowMs: (options.now ?? Date.now)(),
      });
    }
    const answered = answerPlainChallenge(scheme, source);
    if (answered !== undefined) {
      if (answered.secret !== undefined) handOver(answered.secret);
      return answered.response;
    }
    if (!("handover" in asked) || isSigned(scheme, source)) return undefined;
    // Nobody has signed it: what may be more than a secret is refused unread, as every delivery without a signature.
    if (bodyBytes === undefined || bodyBytes > MAX_HANDOVER_BYTES) return undefined;
    const handed = readHandover(scheme, { ...source, body: await source.readBody() });
    if (handed === undefined) return undefined;
    handOver(handed.secret);
    return handed.response;
  }

  function handOver(handedSecret: string): void {
    if (onSecretHandedOver !== undefined) {
      guarded("onSecretHandedOver", () => onSecretHandedOver(handedSecret));
    } else {
      // Not the secret itself: a log is no place for one.
      warnOnce({
        code: "secret_handed_over",
        message: `Somebody, most likely ${definition.name}, has handed over the secret for the endpoint "${endpoint}". Pass onSecretHandedOver to see it, and have ${definition.name} send it again.`,
      });
    }
  }

  function challenged(response: Answer, startedAtMs: number): Receipt<Event> {
    report({
      provider: definition.name,
      endpoint,
      outcome: "challenge",
      decisionMs: performance.now() - startedAtMs,
    });
    return { status: "challenge", response };
  }

  async function decide(
    delivery: Delivery,
    groups: SignatureGroups,
    startedAtMs: number,
  ): Promise<Receipt<Event>> {
    const read = await readDelivery(verification, delivery, groups);
    const { id, type, secretId, rawBody } = read.event;
    const known = { id, type, tenant: read.tenant, secretId, bytes: rawBody.length };
    try {
      return await take(read, known, startedAtMs);
    } catch (error) {
      return reject(error, delivery, startedAtMs, known);
    }
  }

  /** What becomes of a verified delivery. */
  async function take(
    read: ReadDelivery,
    known: KnownFacts,
    startedAtMs: number,
  ): Promise<Receipt<Event>> {
    const { tenant, verifiableUntilMs } = read;
    let { event } = read;
    if (schema !== undefined && read.challenge === undefined) {
      const body = await validate(schema, event.body, definition.name);
      event = createEvent({ ...read.facts, body }, event.key);
    }

    const decided = (outcome: Receipt["status"]): ReceiptRecord => ({
      provider: definition.name,
      endpoint,
      outcome,
      ...known,
      decisionMs: performance.now() - startedAtMs,
    });

    if (read.challenge !== undefined) {
      const response = await answerBodyChallenge(read.challenge, read.secret.key);
      report(decided("challenge"));
      return { status: "challenge", event: event as Event, response };
    }
    const token = crypto.randomUUID();
    const accept = (
      claimWith: (onSettled: ClaimTerms["onSettled"]) => Claim,
      storeError?: unknown,
    ): Receipt<Event> => {
      const record = {
        ...decided("accepted"),
        ...(storeError !== undefined && { error: storeError }),
      };
      const claim = claimWith((settlement, error) =>
        settled(record, startedAtMs, settlement, error),
      );
      return { status: "accepted", event: event as Event, claim };
    };
    const { maxProcessingMs, leaseMs } = settings.terms;
    const acceptFreely = (storeError?: unknown): Receipt<Event> =>
      accept(
        (onSettled) =>
          freeClaim(token, {
            maxProcessingMs,
            onOverdue: () => warnOverdue("A retry is not kept back meanwhile."),
            onSettled,
          }),
        storeError,
      );

    if (store === undefined || event.key === undefined) return acceptFreely();
    const key = await storedKey(endpoint, tenant ?? "", event.key);
    const askedAtMs = performance.now();
    let result: ClaimResult;
    try {
      result = await claimFrom(store, key, token);
    } catch (cause) {
      if (onStoreError === "accept") return acceptFreely(cause);
      throw new WebhookError(
        "store_unavailable",
        `The dedup store did not take the event: ${messageOf(cause)}. The provider was told to send it again.`,
        { cause },
      );
    }
    if (result.status === "processed") {
      report(decided("duplicate"));
      return { status: "duplicate", event: event as Event };
    }
    if (result.status === "in_flight") {
      report(decided("in_flight"));
      return {
        status: "in_flight",
        event: event as Event,
        retryAfterSeconds: retryAfterSeconds(result.retryAfterMs),
      };
    }
    const freshMs =
      verifiableUntilMs === undefined
        ? 0
        : Math.max(0, verifiableUntilMs - (options.now ?? Date.now)()) + FRESHNESS_MARGIN_MS;
    const retentionMs = Math.max(settings.terms.retentionMs, freshMs);
    return accept((onSettled) =>
      holdClaim(store, key, token, askedAtMs, {
        ...settings.terms,
        retentionMs,
        freshMs,
        onSettled,
        onOverdue: () =>
          warnOverdue(
            `Its claim lapses within ${leaseMs / 1000} s, and a retry runs the event again.`,
          ),
      }),
    );
  }

  function settled(
    record: ReceiptRecord,
    startedAtMs: number,
    settlement: Settlement,
    error: unknown,
  ): void {
    if (settlement === "released" && error !== undefined && onReceipt === undefined) {
      const shown = (error instanceof Error && error.stack) || messageOf(error);
      warn({
        code: "handler_failed",
        message: `The handler of an event of ${definition.name} failed: ${shown}`,
      });
    }
    report({
      ...record,
      settlement,
      processingMs: performance.now() - startedAtMs - record.decisionMs,
      ...(error !== undefined && { error }),
    });
  }

  function warnOverdue(consequence: string): void {
    warn({
      code: "handler_overdue",
      message:
        `${definition.name}: a handler has not answered for ${settings.terms.maxProcessingMs / 1000} s; end the response or return (behind receive(): complete or release the claim). ` +
        `${consequence} If it needs longer, raise maxProcessingSeconds.`,
    });
  }

  async function claimFrom(from: ClaimStore, key: string, token: string): Promise<ClaimResult> {
    const { leaseMs, storeTimeoutMs } = settings.terms;
    const asked = from.claim(key, { token, leaseMs });
    try {
      return await withTimeout(asked, storeTimeoutMs);
    } catch (error) {
      // A claim that was granted without our knowing (after we gave up, or before its answer was lost with the connection) would block
      // the retry until its lease ends.
      asked
        .then(
          ({ status }) => status === "claimed",
          () => true,
        )
        .then((mayBeOurs) => mayBeOurs && from.release(key, { token }))
        .catch(() => {});
      throw error;
    }
  }

  function reject(
    thrown: unknown,
    delivery: Delivery | undefined,
    startedAtMs: number,
    known?: KnownFacts,
  ): Receipt<Event> {
    const error = isWebhookError(thrown)
      ? thrown
      : new WebhookError("config_invalid", `Receiving failed: ${messageOf(thrown)}`, {
          cause: thrown,
        });
    if (WARNED_CODES.has(error.code)) {
      // The sender is told no more than the code; whoever runs this must see which line to change.
      warnOnce({ code: error.code, message: error.message });
    }
    const untried =
      error.code === "signature_mismatch" &&
      untriedSecrets(definition.name, verification.secrets ?? [], (options.now ?? Date.now)());
    if (untried) warnOnce(untried);
    report({
      provider: definition.name,
      endpoint,
      outcome: "rejected",
      ...known,
      code: error.code,
      error: errorOfRecord(error),
      decisionMs: performance.now() - startedAtMs,
    });
    if (delivery !== undefined && onRejected !== undefined) {
      guarded("onRejected", () => onRejected(error, delivery, options));
    }
    return { status: "rejected", error };
  }

  function report(record: ReceiptRecord): void {
    if (onReceipt !== undefined) guarded("onReceipt", () => onReceipt(record));
  }

  /** What the user's own callback throws, or rejects with, must not turn a good delivery into a failed one. */
  function guarded(callback: string, run: () => unknown): void {
    callGuarded(run, (error) =>
      warn({ code: "callback_failed", message: `${callback} threw: ${messageOf(error)}` }),
    );
  }

  function warnOnce(warning: Warning): void {
    if (warned.has(warning.code)) return;
    warned.add(warning.code);
    warn(warning);
  }

  const emptyAnswers = definition.delivery?.emptyAnswers ?? false;
  return { limits, emptyAnswers, receive, receiveFrom, warnOnce };
}

/** Warnings are said elsewhere where the user's own callback throws, or rejects: they fail nothing. */
function guardedWarning(onWarning: (warning: Warning) => unknown): (warning: Warning) => void {
  return (warning) =>
    callGuarded(
      () => onWarning(warning),
      () => emitWarning(warning),
    );
}

/** However many ask for it, the body is read once. */
function readingOnce(source: DeliverySource): DeliverySource {
  let body: Promise<Uint8Array> | undefined;
  return { ...source, readBody: () => (body ??= source.readBody()) };
}
