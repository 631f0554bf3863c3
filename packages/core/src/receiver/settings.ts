import { after } from "../base/awaitable.ts";
import { configError, type WebhookError } from "../base/errors.ts";
import { LONGEST_TIMER_MS } from "../base/timeout.ts";
import { emitWarning, emitWarningOnce, type Warning } from "../base/warning.ts";
import type { ClaimStore } from "../claims/claim-store.ts";
import type { LeaseTerms } from "../claims/claim.ts";
import { memoryStore } from "../claims/memory-store.ts";
import type { BodyLimits } from "../delivery/body-limits.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { environmentOf } from "../doctor/environment.ts";
import { noteEndpoint } from "../doctor/shared-endpoint.ts";
import type { ProviderDefinition } from "../scheme/definition.ts";
import { DEFAULT_SECRET_TIMEOUT_MS } from "../secrets/lookup.ts";
import { keyPrefixOf } from "../verify/identity.ts";
import { type Verification, verificationOf } from "../verify/options.ts";
import { type Answers, answersFor } from "./answer.ts";
import { successStatusOf } from "./answer-terms.ts";
import type { EventInbox } from "./inbox.ts";
import { checkOptions, type Fail, positive } from "./option-checks.ts";
import { type ReceiverOptions, unknownOptionWarnings } from "./options.ts";
import type { Observer } from "./observation.ts";
import type { ReceiptRecord } from "./receipt.ts";
import { createLog, warningTo } from "./receiver-log.ts";
import type { StandardSchema } from "./standard-schema.ts";

const DEFAULT_RETENTION_SECONDS = 259_200;
const DEFAULT_MAX_BODY_BYTES = 5 * 1024 * 1024;
/** How long a delivery waits for another one, where the provider does not say how long it waits itself. */
const DEFAULT_WAIT_MS = 10_000;
/** The part of the provider's deadline after which a delivery that waits is answered, so that the answer still arrives. */
const ANSWER_IN_TIME = 0.9;
const LONGEST_TIMER_SECONDS = Math.floor(LONGEST_TIMER_MS / 1000);

/** A receiver's options, asked once: checked, with defaults, in milliseconds. Nothing after it looks at the options. */
export interface Settings {
  readonly verification: Verification;
  readonly definition: ProviderDefinition;
  readonly endpoint: string;
  /** What the keys begin with of events that have no tenant. */
  readonly keyPrefix: string;
  /** Undefined where no records are kept. */
  readonly store: ClaimStore | undefined;
  /** Stores accepted events, which are then not handled at once. */
  readonly inbox: EventInbox | undefined;
  readonly lease: LeaseTerms;
  readonly onStoreError: "reject" | "accept";
  /** How long after its arrival a delivery still waits for another one of its event, in milliseconds; undefined where it does not wait. */
  readonly waitMs: number | undefined;
  readonly limits: BodyLimits;
  readonly schema: StandardSchema | undefined;
  readonly verifyToken: string | undefined;
  /** The status for an event where no handler chose one. */
  readonly successStatus: number;
  readonly answers: Answers;
  readonly onReceipt: ((record: ReceiptRecord) => void) | undefined;
  readonly observe: Observer | undefined;
  readonly onRejected: ((error: WebhookError, delivery: Delivery) => void) | undefined;
  readonly onSecretHandedOver: ((secret: string) => void) | undefined;
  readonly onWarning: (warning: Warning) => void;
}

/**
 * Turns options into settings, and gives every warning that is known before the first delivery.
 *
 * @throws `config_invalid` where an option can't work
 */
export function settingsOf<Events extends object, Output>(
  options: ReceiverOptions<Events, Output>,
): Settings {
  const { onWarning } = options ?? {};
  const warnAtStart = warningTo(typeof onWarning === "function" ? onWarning : emitWarningOnce);
  // First of all: a misspelt option may be why another one is missing.
  for (const warning of unknownOptionWarnings(options)) warnAtStart(warning);
  const verification = verificationOf(options);
  const { definition } = verification.scheme;
  const fail: Fail = (message) => configError(`${definition.name}: ${message}`);
  checkOptions(options as unknown as ReceiverOptions<never, unknown>, fail);
  const { schema, onReceipt, observe, onRejected, onSecretHandedOver, verifyToken } = options;
  const successStatus = successStatusOf(definition);
  const endpoint = options.endpoint ?? definition.name;
  const settings: Settings = {
    verification,
    definition,
    endpoint,
    keyPrefix: keyPrefixOf(endpoint, ""),
    store: storeOf(options.store, definition),
    inbox: options.inbox,
    lease: leaseOf(options, definition, fail),
    onStoreError: options.onStoreError ?? "reject",
    waitMs: waitOf(options.whileInFlight, definition),
    limits: limitsOf(options, definition, fail),
    schema,
    verifyToken,
    successStatus,
    answers: answersFor(successStatus, definition.delivery?.emptyAnswers ?? false),
    onReceipt,
    observe,
    onRejected: onRejected && ((error, delivery) => onRejected(error, delivery, options)),
    onSecretHandedOver,
    onWarning: warningTo(onWarning ?? emitWarning),
  };
  for (const warning of diagnose(options, environmentOf())) warnAtStart(warning);
  warnOfSharedEndpoint(settings);
  return Object.freeze(settings);
}

function storeOf(
  given: ClaimStore | false | undefined,
  { dedup }: ProviderDefinition,
): ClaimStore | undefined {
  return given === false || dedup === "none" ? undefined : (given ?? memoryStore());
}

/** Chooses by what the provider does with a 503, unless the user has. */
function waitOf(
  chosen: "wait" | "reject" | undefined,
  { delivery = {} }: ProviderDefinition,
): number | undefined {
  const { retrySpanSeconds, disablesEndpoint, deadlineSeconds } = delivery;
  const harms = retrySpanSeconds === 0 || disablesEndpoint === true;
  if ((chosen ?? (harms ? "wait" : "reject")) === "reject") return undefined;
  const deadlineMs =
    deadlineSeconds === undefined ? DEFAULT_WAIT_MS : deadlineSeconds * 1000 * ANSWER_IN_TIME;
  return Math.min(deadlineMs, LONGEST_TIMER_MS);
}

/** The options that are numbers. */
type Numbers = ReceiverOptions<never, unknown>;

function limitsOf(
  { maxBodyBytes, bodyTimeoutMs, inflate = false }: Pick<Numbers, keyof BodyLimits>,
  { delivery }: ProviderDefinition,
  fail: Fail,
): BodyLimits {
  const documented = delivery?.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  return {
    maxBodyBytes: positive("maxBodyBytes", maxBodyBytes ?? documented, fail),
    bodyTimeoutMs: positive("bodyTimeoutMs", bodyTimeoutMs ?? 10_000, fail, LONGEST_TIMER_MS),
    inflate,
  };
}

function leaseOf(
  options: Pick<
    Numbers,
    | "leaseSeconds"
    | "maxProcessingSeconds"
    | "retentionSeconds"
    | "storeTimeoutMs"
    | "secretTimeoutMs"
  >,
  { delivery }: ProviderDefinition,
  fail: Fail,
): LeaseTerms {
  const seconds = (name: "leaseSeconds" | "maxProcessingSeconds", fallback: number): number =>
    positive(name, options[name] ?? fallback, fail, LONGEST_TIMER_SECONDS) * 1000;
  const milliseconds = (name: "storeTimeoutMs" | "secretTimeoutMs", fallback: number): number =>
    positive(name, options[name] ?? fallback, fail, LONGEST_TIMER_MS);
  // The lookup has read it already; checked here, so that a mistake surfaces before the first delivery.
  milliseconds("secretTimeoutMs", DEFAULT_SECRET_TIMEOUT_MS);
  const retention = Math.max(DEFAULT_RETENTION_SECONDS, delivery?.retrySpanSeconds ?? 0);
  return {
    leaseMs: seconds("leaseSeconds", 60),
    maxProcessingMs: seconds("maxProcessingSeconds", 300),
    retentionMs: positive("retentionSeconds", options.retentionSeconds ?? retention, fail) * 1000,
    storeTimeoutMs: milliseconds("storeTimeoutMs", 2000),
  };
}

function warnOfSharedEndpoint(settings: Settings): void {
  const { store, endpoint, verification } = settings;
  if (store === undefined || verification.secrets === undefined) return;
  void after(noteEndpoint(store, endpoint, verification.secrets), (warning) => {
    if (warning !== undefined) createLog(settings).warn(warning);
  });
}
