import type { Answer } from "./answer.ts";
import { type Claim, type ClaimTerms, freeClaim, holdClaim, type Settlement } from "./claim.ts";
import { bytesOf } from "./bytes.ts";
import { answerQueryChallenge, isSigned, readHandover } from "./challenge.ts";
import type { ChallengeDefinition } from "./definition.ts";
import type { Delivery } from "./delivery.ts";
import { diagnose } from "./doctor.ts";
import { environmentOf } from "./environment.ts";
import { configError, isWebhookError, messageOf, WebhookError } from "./errors.ts";
import type { EventOf, WebhookEvent } from "./event.ts";
import { storedKey } from "./identity.ts";
import { type BodyLimits, checkBodyHeaders, tooLarge } from "./limits.ts";
import { memoryStore } from "./memory-store.ts";
import { type Receipt, type ReceiptRecord, retryAfterSeconds } from "./receipt.ts";
import { type StandardSchema, validate } from "./schema.ts";
import type { ClaimResult, ClaimStore } from "./store.ts";
import { noteEndpoint } from "./shared-endpoint.ts";
import { withTimeout } from "./timeout.ts";
import { checkHeaders, type SignatureGroups } from "./check.ts";
import { readDelivery } from "./read.ts";
import { lookUpSecrets } from "./secret-lookup.ts";
import { type Verification, verificationOf, type VerifyOptions } from "./verification.ts";
import { createEvent } from "./verified-event.ts";
import { emitWarning, emitWarningOnce, type Warning } from "./warning.ts";

/** What a receiver, and every middleware around one, can be told. */
export interface ReceiverOptions<
  Events extends object = Record<string, unknown>,
  Output = never,
> extends VerifyOptions<Events> {
  /** Remembers which events were handled. Default: a bounded `memoryStore()` of this receiver's own. `false`: no dedup. */
  readonly store?: ClaimStore | false | undefined;
  /** Names this endpoint in dedup keys; printable ASCII, up to 128 characters. Default: the provider's name. */
  readonly endpoint?: string | undefined;
  /** How long a claim holds without a heartbeat, in seconds. Default 60. */
  readonly leaseSeconds?: number | undefined;
  /** How long a handler may take until its heartbeat ends, in seconds: a hung one must not block every retry. Default 300. */
  readonly maxProcessingSeconds?: number | undefined;
  /** How long an event is remembered, in seconds: longer than the provider's last retry. Default 259 200 (3 days). */
  readonly retentionSeconds?: number | undefined;
  /** How long the store may take to answer, in milliseconds. Default 2000. */
  readonly storeTimeoutMs?: number | undefined;
  /** When the store is away: `reject` with 503, so that the provider sends again, or `accept` without dedup. Default `reject`. */
  readonly onStoreError?: "reject" | "accept" | undefined;
  /** The largest body that is read, in bytes. Default: what the provider documents, else 5 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** How long a body may take to arrive, in milliseconds. Default 10 000. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * Whether a compressed body is inflated (under the same limit) before it is verified; else it is refused. Default false. gzip and
   * deflate; Brotli on Node's own requests, and for a Fetch API `Request` where the runtime's `DecompressionStream` has it.
   */
  readonly inflate?: boolean | undefined;
  /** Validates `event.body` after verification; `event.body` becomes its output. Any Standard Schema: Zod, Valibot, ArkType … */
  readonly schema?: StandardSchema<Output> | undefined;
  /** The verify token that was typed in at the provider, where it shows one when the endpoint is registered (Meta). */
  readonly verifyToken?: string | undefined;
  /**
   * Gets the secret that a provider hands over when the endpoint is registered (Notion). Anybody can send one: confirm it with the
   * provider before it is used.
   */
  readonly onSecretHandedOver?: ((secret: string) => void) | undefined;
  /** Gets one record a delivery, for a structured log. */
  readonly onReceipt?: ((record: ReceiptRecord) => void) | undefined;
  /**
   * Gets every rejected delivery; for development: `explainTo(console)`. With it, the body of a delivery that is refused by its
   * headers is read too: without the body nobody could say what is wrong with the headers.
   */
  readonly onRejected?:
    | ((error: WebhookError, delivery: Delivery, options: VerifyOptions<Events>) => void)
    | undefined;
  /** Gets misconfigurations, each once. Default: `process.emitWarning`. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

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
  receive(delivery: Delivery): Promise<Receipt<Event>>;
  receiveFrom(source: DeliverySource): Promise<Receipt<Event>>;
}

const DEFAULT_MAX_BODY_BYTES = 5 * 1024 * 1024;

/** Mistakes of the receiver's own, which only its log can tell. */
const WARNED_CODES: ReadonlySet<string> = new Set(["body_already_read", "config_invalid"]);

/** Store clocks and ours differ by the time of a round trip: a record outlives its signature by this. */
const FRESHNESS_MARGIN_MS = 5000;

/** Verification and dedup behind one call; see `createReceiver`. */
export function createIntake<Events extends object, Output = never>(
  options: ReceiverOptions<Events, Output>,
): Intake<ReceivedEvent<Events, Output>> {
  type Event = ReceivedEvent<Events, Output>;
  const verification = verificationOf(options);
  const { definition } = verification.scheme;
  const { challenge } = definition;
  const settings = settingsOf(options, verification);
  const { store, endpoint, limits, onStoreError } = settings;
  const { schema, onSecretHandedOver, onReceipt, onRejected, onWarning = emitWarning } = options;

  for (const warning of diagnose(options, environmentOf())) {
    (options.onWarning ?? emitWarningOnce)(warning);
  }
  if (store !== undefined && verification.secrets !== undefined) {
    const shared = noteEndpoint(store, endpoint, verification.secrets);
    if (shared !== undefined) onWarning(shared);
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
      const response = challenge && (await answerHandshake(challenge, { ...delivery, readBody }));
      if (response !== undefined) return challenged(response, startedAtMs);
      return await decide(delivery, checkHeaders(verification, delivery.headers), startedAtMs);
    } catch (error) {
      return reject(error, delivery, startedAtMs);
    }
  }

  /** What to respond to a registration handshake that carries no signature; undefined for everything else. */
  async function answerHandshake(
    asked: ChallengeDefinition,
    source: DeliverySource,
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
    if (!("handover" in asked) || isSigned(scheme, source)) return undefined;
    checkBodyHeaders(source.headers, limits);
    const handed = readHandover(scheme, { ...source, body: await source.readBody() });
    if (handed === undefined) return undefined;
    if (onSecretHandedOver !== undefined) {
      guarded("onSecretHandedOver", () => onSecretHandedOver(handed.secret));
    } else if (!warned.has("secret_handed_over")) {
      warned.add("secret_handed_over");
      // Not the secret itself: a log is no place for one.
      onWarning({
        code: "secret_handed_over",
        message: `Somebody, most likely ${definition.name}, has handed over the secret for the endpoint "${endpoint}". Pass onSecretHandedOver to see it, and have ${definition.name} send it again.`,
      });
    }
    return handed.response;
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
    const { tenant, verifiableUntilMs } = read;
    let { event } = read;
    if (schema !== undefined && read.challenge === undefined) {
      const body = await validate(schema, event.body, definition.name);
      event = createEvent({ ...read.facts, body }, { key: event.key });
    }

    const decided = (outcome: Receipt["status"]): ReceiptRecord => ({
      provider: definition.name,
      endpoint,
      outcome,
      id: event.id,
      type: event.type,
      tenant,
      secretId: event.secretId,
      bytes: event.rawBody.length,
      decisionMs: performance.now() - startedAtMs,
    });

    if (read.challenge !== undefined) {
      report(decided("challenge"));
      return { status: "challenge", event: event as Event, response: read.challenge };
    }
    const token = crypto.randomUUID();
    const accept = (claimWith: (onSettled: ClaimTerms["onSettled"]) => Claim): Receipt<Event> => {
      const record = decided("accepted");
      const claim = claimWith((settlement, error) =>
        settled(record, startedAtMs, settlement, error),
      );
      return { status: "accepted", event: event as Event, claim };
    };

    if (store === undefined || event.key === undefined) {
      return accept((onSettled) => freeClaim(token, onSettled));
    }
    const key = await storedKey(endpoint, tenant ?? "", event.key);
    const askedAtMs = performance.now();
    let result: ClaimResult;
    try {
      result = await claimFrom(store, key, token);
    } catch (cause) {
      if (onStoreError === "accept") {
        return accept((onSettled) =>
          freeClaim(token, (settlement, error) => onSettled(settlement, error ?? cause)),
        );
      }
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
      onWarning({
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

  async function claimFrom(from: ClaimStore, key: string, token: string): Promise<ClaimResult> {
    const { leaseMs, storeTimeoutMs } = settings.terms;
    const asked = from.claim(key, { token, leaseMs });
    try {
      return await withTimeout(asked, storeTimeoutMs);
    } catch (error) {
      // A claim that is granted after we gave up would block the retry until its lease ends.
      asked
        .then(({ status }) => status === "claimed" && from.release(key, { token }))
        .catch(() => {});
      throw error;
    }
  }

  function reject(
    thrown: unknown,
    delivery: Delivery | undefined,
    startedAtMs: number,
  ): Receipt<Event> {
    const error = isWebhookError(thrown)
      ? thrown
      : new WebhookError("config_invalid", `Receiving failed: ${messageOf(thrown)}`, {
          cause: thrown,
        });
    if (WARNED_CODES.has(error.code) && !warned.has(error.code)) {
      // The sender is told no more than the code; whoever runs this must see which line to change.
      warned.add(error.code);
      onWarning({ code: error.code, message: error.message });
    }
    report({
      provider: definition.name,
      endpoint,
      outcome: "rejected",
      code: error.code,
      error,
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

  /** What the user's own callback throws must not turn a good delivery into a failed one. */
  function guarded(callback: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      onWarning({ code: "callback_failed", message: `${callback} threw: ${messageOf(error)}` });
    }
  }

  return { limits, receive, receiveFrom };
}

/** However many ask for it, the body is read once. */
function readingOnce(source: DeliverySource): DeliverySource {
  let body: Promise<Uint8Array> | undefined;
  return { ...source, readBody: () => (body ??= source.readBody()) };
}

interface Settings {
  readonly store: ClaimStore | undefined;
  readonly endpoint: string;
  readonly limits: BodyLimits;
  readonly onStoreError: "reject" | "accept";
  readonly terms: Pick<
    ClaimTerms,
    "leaseMs" | "maxProcessingMs" | "retentionMs" | "storeTimeoutMs"
  >;
}

function settingsOf<Events extends object, Output>(
  options: ReceiverOptions<Events, Output>,
  { scheme }: Verification,
): Settings {
  const { definition } = scheme;
  const { endpoint = definition.name, onStoreError = "reject", inflate = false } = options;
  const fail = (message: string): Error => configError(`${definition.name}: ${message}`);
  const positive = (name: keyof typeof options, fallback: number): number => {
    const value: unknown = options[name] ?? fallback;
    if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
      throw fail(`${name} is ${String(value)}; it must be a number above 0.`);
    }
    return value;
  };
  if (!/^[!-~]{1,128}$/.test(endpoint)) {
    throw fail("endpoint must be 1 to 128 printable ASCII characters without spaces.");
  }
  if (onStoreError !== "reject" && onStoreError !== "accept") {
    throw fail(`onStoreError is ${String(onStoreError)}; it must be "reject" or "accept".`);
  }
  const { store: given } = options;
  if (
    given !== undefined &&
    given !== false &&
    !(["claim", "extend", "complete", "release"] as const).every(
      (method) => typeof given[method] === "function",
    )
  ) {
    throw fail(
      "store has not the methods claim, extend, complete and release. Pass memoryStore(), sqliteStore({ database }), redisStore({ client }) or postgresStore({ client }), not the client itself.",
    );
  }
  const keepsRecords = given !== false && definition.dedup !== "none";
  return {
    store: keepsRecords ? (given ?? memoryStore()) : undefined,
    endpoint,
    onStoreError,
    limits: {
      maxBodyBytes: positive(
        "maxBodyBytes",
        definition.delivery?.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
      ),
      bodyTimeoutMs: positive("bodyTimeoutMs", 10_000),
      inflate,
    },
    terms: {
      leaseMs: positive("leaseSeconds", 60) * 1000,
      maxProcessingMs: positive("maxProcessingSeconds", 300) * 1000,
      retentionMs: positive("retentionSeconds", 259_200) * 1000,
      storeTimeoutMs: positive("storeTimeoutMs", 2000),
    },
  };
}
