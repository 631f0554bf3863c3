import type { Answer } from "./answer.ts";
import { after, type Awaitable } from "./awaitable.ts";
import { bytesOf, utf8 } from "./bytes.ts";
import { answerBodyChallenge } from "./challenge.ts";
import type { Delivery } from "./delivery.ts";
import { configError, messageOf, WebhookError } from "./errors.ts";
import type { EventOf, WebhookEvent } from "./event.ts";
import { formField, isForm } from "./form.ts";
import { type HeadersLike, headerOf } from "./headers.ts";
import { backend } from "#hmac";
import type { Part } from "./hmac/backend.ts";
import { identityOf } from "./identity.ts";
import { idsOf, parseBody, textOf, timeOf, valuesOf } from "./parse.ts";
import { select } from "./pointer.ts";
import type { Provider } from "./provider.ts";
import { type Scheme, schemeOf, type Source, writtenDigest } from "./scheme.ts";
import { createEvent, type EventFacts } from "./verified-event.ts";
import {
  type PreparedSecret,
  prepareSecrets,
  type SecretLookup,
  type Secrets,
  type TenantSecrets,
} from "./secret.ts";
import { isWellFormed, readSignatures, type SignatureGroup } from "./signatures.ts";
import { withTimeout } from "./timeout.ts";
import { isWhole, parseTimestamp } from "./timestamp.ts";

/** What `verify` and everything around it needs to know. */
export interface VerifyOptions<Events extends object = Record<string, unknown>> {
  /** Who signs: a preset of `@countersign/core/providers`, or one made with `defineProvider`. */
  readonly provider: Provider<Events>;
  /** The secret as the provider shows it, final key bytes, a list for rotation, or a function that looks it up. */
  readonly secret: Secrets | SecretLookup;
  /** How far the signed time may be from now, in either direction, in seconds. Default: what the provider documents. */
  readonly toleranceSeconds?: number | undefined;
  /**
   * The URL that the provider calls, for schemes that sign it, where a proxy changes it on the way: an origin
   * (`https://example.com`), a whole URL, or a function of the delivery.
   */
  readonly publicUrl?: string | ((delivery: Delivery) => string) | undefined;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** How long a `secret` function may take, in milliseconds. Default 2000. */
  readonly secretTimeoutMs?: number | undefined;
  /** `platform` keeps to the runtime's own HMAC, as FIPS rules may ask. Default `fastest`. */
  readonly hmac?: "fastest" | "platform" | undefined;
}

/** What {@link Verifier.check} found out without parsing anything. */
export interface Checked {
  /** The bytes that were verified. */
  readonly rawBody: Uint8Array;
  /** The `id` of the secret that matched, where it has one. */
  readonly secretId: string | undefined;
  /** The tenant that the secret function named. */
  readonly tenant: string | undefined;
  /** Where a signed attempt time guards the delivery: until when it verifies, in milliseconds since 1970. */
  readonly verifiableUntilMs: number | undefined;
}

/** Verifies deliveries of one provider; made by {@link createVerifier}. */
export interface Verifier<Events extends object = Record<string, unknown>> {
  /**
   * Checks signature and freshness, and parses nothing. (A timestamp inside the body is checked by `verify`.)
   *
   * @throws `signature_*`, `timestamp_*`, `secret_unavailable`; `body_already_read` where the body is a parsed object
   */
  check(delivery: Delivery): Promise<Checked>;
  /**
   * Checks, then parses.
   *
   * @throws what `check` throws, and `body_malformed`, `id_missing`
   */
  verify(delivery: Delivery): Promise<EventOf<Events>>;
}

/** Options, checked once. */
export interface Verification {
  readonly scheme: Scheme;
  /** Undefined where a function looks them up. */
  readonly secrets: readonly PreparedSecret[] | undefined;
  readonly toleranceMs: number | undefined;
  readonly options: VerifyOptions<never>;
}

/** Headers that may belong to a signed delivery, taken apart before its body is read. */
export type SignatureGroups = readonly SignatureGroup[];

const DEFAULT_SECRET_TIMEOUT_MS = 2000;

/**
 * Prepares keys and header names once, for many deliveries.
 *
 * @throws `config_invalid` where the options can't work; the message says what to change
 * @example
 * ```ts
 * const verifier = createVerifier({ provider: github, secret: process.env.GITHUB_SECRET });
 * const event = await verifier.verify({ headers: request.headers, body: await request.bytes() });
 * ```
 */
export function createVerifier<Events extends object>(
  options: VerifyOptions<Events>,
): Verifier<Events> {
  const verification = verificationOf(options);
  return {
    // `async`, so that what is thrown at once is a rejection too.
    check: async (delivery) => {
      const match = checkDelivery(verification, delivery);
      return withoutKeys(match instanceof Promise ? await match : match);
    },
    verify: async (delivery) => {
      const read = readDelivery(verification, delivery);
      return (read instanceof Promise ? await read : read).event as EventOf<Events>;
    },
  };
}

/**
 * Verifies one delivery.
 *
 * Prepared keys are kept, by provider and secret (up to 1000 a provider), so that a call costs little more than one of a verifier.
 *
 * @param delivery headers and body as they came; the body never parsed
 * @param options provider, secret and what else applies
 * @returns the event, with a body typed by the provider
 * @throws `config_invalid`, `signature_*`, `timestamp_*`, `body_*`, `id_missing`, `secret_unavailable`
 * @example
 * ```ts
 * const event = await verify({ headers: req.headers, body: rawBody }, { provider: paradym, secret });
 * if (event.type === "workflowExecution.failed") console.log(event.body.payload.error.message);
 * ```
 */
export async function verify<Events extends object>(
  delivery: Delivery,
  options: VerifyOptions<Events>,
): Promise<EventOf<Events>> {
  const read = readDelivery(verificationOf(options), delivery);
  return (read instanceof Promise ? await read : read).event as EventOf<Events>;
}

/** Checks options; cheap enough for every call, since schemes and keys are kept. */
export function verificationOf<Events extends object>(
  options: VerifyOptions<Events>,
): Verification {
  if (typeof options?.provider !== "object" || options.provider === null) {
    throw configError(
      "The provider is missing. Import a preset from @countersign/core/providers, or make one with defineProvider().",
    );
  }
  const { provider, secret, toleranceSeconds, hmac } = options;
  const scheme = schemeOf(provider);
  let toleranceMs = scheme.defaultToleranceSeconds;
  if (toleranceSeconds !== undefined) {
    if (scheme.timestamp === undefined || scheme.unsigned.includes("timestamp")) {
      throw configError(
        `${provider.name}: toleranceSeconds is set, but ${provider.name} signs no timestamp that could be checked. Remove it; replays are stopped by the dedup store.`,
      );
    }
    if (!(Number.isFinite(toleranceSeconds) && toleranceSeconds > 0)) {
      throw configError(
        `${provider.name}: toleranceSeconds is ${String(toleranceSeconds)}; it must be a number of seconds above 0.`,
      );
    }
    toleranceMs = toleranceSeconds;
  }
  return {
    scheme,
    secrets:
      typeof secret === "function"
        ? undefined
        : prepareSecrets(scheme, secret, hmac === "platform"),
    toleranceMs: toleranceMs === undefined ? undefined : toleranceMs * 1000,
    options: options as unknown as VerifyOptions<never>,
  };
}

/**
 * What can be said by the headers alone, before a byte of the body is read.
 *
 * @throws `signature_missing`, `signature_malformed`, `timestamp_missing`
 */
export function checkHeaders({ scheme }: Verification, headers: HeadersLike): SignatureGroups {
  const { name, requires } = scheme.definition;
  let groups: SignatureGroup[] | undefined;
  let problem = "";
  for (const header of scheme.headers) {
    const value = headerOf(headers, header);
    if (value === undefined) continue;
    const read = readSignatures(scheme, value);
    if (typeof read === "string")
      problem ||= `The header ${header} does not hold a signature of ${name}: ${read}.`;
    else if (groups === undefined) groups = read;
    else groups.push(...read);
  }
  if (groups === undefined) {
    if (problem !== "") throw new WebhookError("signature_malformed", problem);
    throw new WebhookError(
      "signature_missing",
      `The header ${scheme.headers.join(" or ")} is missing, with which ${name} signs. Is a secret set at ${name}, and does a proxy in front pass the header on?`,
    );
  }
  if (requires !== undefined) {
    for (const requirement of requires) {
      if (!("header" in requirement)) continue;
      const value = headerOf(headers, requirement.header.toLowerCase());
      if (value !== requirement.value) {
        throw new WebhookError(
          "signature_malformed",
          `The header ${requirement.header} must be "${requirement.value}" in a delivery of ${name}${value === undefined ? ", and is missing" : ""}.`,
        );
      }
    }
  }
  const { timestamp } = scheme;
  if (
    timestamp?.from === "header" &&
    !scheme.unsigned.includes("timestamp") &&
    headerOf(headers, timestamp.name) === undefined
  ) {
    throw new WebhookError(
      "timestamp_missing",
      `The header ${timestamp.shown} is missing, whose time ${name} signs. Does a proxy in front pass it on?`,
    );
  }
  return groups;
}

/** A checked delivery with what the parser goes on with. */
interface Match extends Checked {
  readonly secret: PreparedSecret;
  readonly group: SignatureGroup;
  readonly nowMs: number;
}

/** What leaves the package has no key in it that a log could print. */
function withoutKeys({ rawBody, secretId, tenant, verifiableUntilMs }: Match): Checked {
  return { rawBody, secretId, tenant, verifiableUntilMs };
}

/** {@link checkHeaders}, then signature, then the freshness of a time outside the body. */
export function checkDelivery(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups = checkHeaders(verification, delivery.headers),
): Awaitable<Match> {
  const { secrets } = verification;
  if (secrets !== undefined) return checkWith(verification, delivery, groups, secrets, undefined);
  return lookUpSecrets(verification, delivery).then((found) =>
    checkWith(verification, delivery, groups, found.secrets, found.tenant),
  );
}

function checkWith(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups,
  secrets: readonly PreparedSecret[],
  tenant: string | undefined,
): Awaitable<Match> {
  const { scheme, options, toleranceMs } = verification;
  const body = bytesOf(delivery.body);
  if (body === undefined) throw parsedBody(delivery.body);
  const nowMs = (options.now ?? Date.now)();

  const rawBody = signedBodyOf(scheme, delivery.headers, body);
  if (rawBody === undefined) throw refusal(scheme, groups, secrets.length, true);
  const attempts = attemptsOf(scheme, groups, secrets, nowMs);
  return after(findMatch(verification, delivery, rawBody, attempts, 0), (match) => {
    if (match === undefined) throw refusal(scheme, groups, secrets.length, false);
    const { timestamp } = scheme;
    let verifiableUntilMs: number | undefined;
    if (toleranceMs !== undefined && timestamp !== undefined && timestamp.from !== "body") {
      const written = rawValue(timestamp, delivery.headers, match.group);
      verifiableUntilMs = assertFresh(verification, written, nowMs);
    }
    const { group, secret } = match;
    return { rawBody, secretId: secret.id, secret, tenant, verifiableUntilMs, group, nowMs };
  });
}

/** An event with what a receiver goes on with. */
export interface ReadDelivery {
  readonly event: WebhookEvent;
  readonly facts: EventFacts;
  readonly tenant: string | undefined;
  readonly verifiableUntilMs: number | undefined;
  /** What to respond, where this is a registration handshake and no event. */
  readonly challenge: Answer | undefined;
}

/** {@link checkDelivery}, then parsing. */
export function readDelivery(
  verification: Verification,
  delivery: Delivery,
  groups?: SignatureGroups,
): Awaitable<ReadDelivery> {
  return after(checkDelivery(verification, delivery, groups), (match) =>
    readMatch(verification, delivery.headers, match),
  );
}

function readMatch(
  verification: Verification,
  headers: HeadersLike,
  match: Match,
): Awaitable<ReadDelivery> {
  const { scheme } = verification;
  const { definition } = scheme;
  const body = parseBody(definition, headers, match.rawBody);
  if (definition.challenge === undefined) {
    return readEvent(verification, headers, match, body, undefined);
  }
  return after(answerBodyChallenge(scheme, body, match.secret.key), (challenge) =>
    readEvent(verification, headers, match, body, challenge),
  );
}

function readEvent(
  verification: Verification,
  headers: HeadersLike,
  match: Match,
  body: unknown,
  challenge: Answer | undefined,
): Awaitable<ReadDelivery> {
  const { scheme, toleranceMs } = verification;
  const { definition } = scheme;
  const { rawBody, secretId, tenant, group, nowMs } = match;
  const read = (source: Source | undefined): unknown[] =>
    valuesOf(source, body, headers, group.parts);
  // A handshake has no id, and is nothing that could happen twice.
  const ids = challenge === undefined ? idsOf(scheme, read(scheme.id)) : [];
  const type = textOf(read(scheme.type)[0]);
  const [written] = read(scheme.timestamp);

  let { verifiableUntilMs } = match;
  if (toleranceMs !== undefined && scheme.timestamp?.from === "body") {
    verifiableUntilMs = assertFresh(verification, written, nowMs);
  }

  const timestamp = timeOf(written, definition.timestamp);
  const facts = { scheme, ids, type, timestamp, body, signedBody: rawBody, secretId };
  const readAs = (event: WebhookEvent): ReadDelivery => ({
    event,
    facts,
    tenant,
    verifiableUntilMs,
    challenge,
  });
  if (challenge !== undefined) return readAs(createEvent(facts, { key: undefined }));
  if (backend.synchronous) return readAs(createEvent(facts));
  return after(identityOf(scheme, facts), (key) => readAs(createEvent(facts, { key })));
}

/** What `{body}` stands for; undefined where the delivery has no such thing. */
export function signedBodyOf(
  scheme: Scheme,
  headers: HeadersLike,
  body: Uint8Array,
): Uint8Array | undefined {
  const field = scheme.definition.body?.formField;
  if (field?.signed !== "decoded" || !isForm(headers)) return body;
  return formField(body, field.name);
}

/** One secret to be tried on the signatures of one group. */
interface Attempt {
  readonly group: SignatureGroup;
  readonly secret: PreparedSecret;
}

function attemptsOf(
  scheme: Scheme,
  groups: SignatureGroups,
  secrets: readonly PreparedSecret[],
  nowMs: number,
): Attempt[] {
  const attempts: Attempt[] = [];
  for (const group of groups) {
    if (!hasRequiredParts(scheme, group)) continue;
    for (const secret of secrets) {
      if (secret.notBeforeMs <= nowMs && nowMs <= secret.notAfterMs)
        attempts.push({ group, secret });
    }
  }
  return attempts;
}

function findMatch(
  verification: Verification,
  delivery: Delivery,
  body: Uint8Array,
  attempts: readonly Attempt[],
  from: number,
): Awaitable<Attempt | undefined> {
  const { scheme } = verification;
  for (let i = from; i < attempts.length; i++) {
    const attempt = attempts[i];
    if (attempt === undefined) continue;
    const { group, secret } = attempt;
    const digest = after(contentOf(verification, delivery, group, body), (content) =>
      content === undefined ? undefined : backend.hmac(secret.key, content, scheme.digestText),
    );
    if (digest instanceof Promise) {
      return digest.then((text) =>
        fits(scheme, text, group)
          ? attempt
          : findMatch(verification, delivery, body, attempts, i + 1),
      );
    }
    if (fits(scheme, digest, group)) return attempt;
  }
  return undefined;
}

function fits(scheme: Scheme, digest: string | undefined, group: SignatureGroup): boolean {
  if (digest === undefined) return false;
  const expected = writtenDigest(scheme, digest);
  return group.candidates.some((candidate) => backend.equal(expected, candidate));
}

function hasRequiredParts(scheme: Scheme, group: SignatureGroup): boolean {
  const { requires } = scheme.definition;
  if (requires === undefined) return true;
  return requires.every(
    (requirement) =>
      !("part" in requirement) || group.parts.get(requirement.part) === requirement.value,
  );
}

/** What the provider signed, were this delivery genuine; undefined where something that is signed is not there. */
export function contentOf(
  { scheme, options }: Pick<Verification, "scheme" | "options">,
  delivery: Delivery,
  group: Pick<SignatureGroup, "parts">,
  body: Uint8Array,
): Awaitable<Part[] | undefined> {
  const { signedContent } = scheme.definition.signature;
  if (signedContent !== undefined) {
    const parts = {
      id: rawValue(scheme.id, delivery.headers, group),
      timestamp: rawValue(scheme.timestamp, delivery.headers, group),
      signature: group.parts,
    };
    try {
      const content = bytesOf(signedContent({ ...delivery, body }, parts));
      return content && [content];
    } catch {
      return undefined;
    }
  }
  const content: Part[] = [];
  const digests: Promise<void>[] = [];
  let parsed: { value: unknown } | undefined;
  for (const segment of scheme.segments) {
    let part: Part | undefined;
    switch (segment.kind) {
      case "body":
        part = body;
        break;
      case "literal":
        part = segment.text;
        break;
      case "header":
      case "part": {
        const value =
          segment.kind === "header"
            ? headerOf(delivery.headers, segment.name)
            : group.parts.get(segment.name);
        part = value === undefined || isByteString(value) ? value : undefined;
        break;
      }
      case "bodyDigest": {
        const index = content.length;
        const digest = backend.sha256([body], segment.text);
        if (typeof digest === "string") part = digest;
        else {
          part = "";
          digests.push(
            digest.then((text) => {
              content[index] = text;
            }),
          );
        }
        break;
      }
      case "json": {
        parsed ??= { value: parsedOrUndefined(scheme, delivery.headers, body) };
        const text = textOf(select(parsed.value, segment.pointer)[0]);
        part = text === undefined ? undefined : utf8(text);
        break;
      }
      case "method":
        part = (delivery.method ?? missing(scheme, "method")).toUpperCase();
        break;
      case "url":
      case "path":
      case "query": {
        const url = publicUrlOf(scheme, options, delivery);
        const text = segment.kind === "url" ? url : pathOrQuery(url, segment.kind);
        part = isByteString(text) ? text : undefined;
        break;
      }
      // `schemeOf` has put a header or a part in their place.
      case "id":
      case "timestamp":
    }
    if (part === undefined) return undefined;
    content.push(part);
  }
  return digests.length === 0 ? content : Promise.all(digests).then(() => content);
}

function parsedOrUndefined(scheme: Scheme, headers: HeadersLike, body: Uint8Array): unknown {
  try {
    return parseBody(scheme.definition, headers, body);
  } catch {
    return undefined;
  }
}

/** Whether each character is a byte, as in every header that came over the wire. */
function isByteString(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

function publicUrlOf(
  scheme: Scheme,
  { publicUrl }: VerifyOptions<never>,
  delivery: Delivery,
): string {
  if (typeof publicUrl === "function") {
    try {
      return publicUrl(delivery);
    } catch (cause) {
      throw new WebhookError("config_invalid", "The function given as publicUrl threw.", { cause });
    }
  }
  if (publicUrl === undefined) return delivery.url ?? missing(scheme, "url");
  const query = delivery.url === undefined ? "" : pathOrQuery(delivery.url, "query");
  if (/^[a-z]+:\/\/[^/?#]*\/?$/i.test(publicUrl)) {
    const path = pathOrQuery(delivery.url ?? missing(scheme, "url"), "path");
    return publicUrl.replace(/\/$/, () => "") + path + query;
  }
  return publicUrl.includes("?") ? publicUrl : publicUrl + query;
}

/** As sent, not as `URL` would rewrite it. */
function pathOrQuery(url: string, what: "path" | "query"): string {
  const [, path = "", query = ""] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i.exec(url) ?? [];
  return what === "path" ? path || "/" : query;
}

function missing(scheme: Scheme, what: "method" | "url"): never {
  throw configError(
    `${scheme.definition.name} signs the request's ${what}, and the delivery has none. Pass { ${what} } beside headers and body.`,
  );
}

/** The text of a header or a part of the signature header, as it was sent. */
function rawValue(
  source: Source | undefined,
  headers: HeadersLike,
  group: Pick<SignatureGroup, "parts">,
): string | undefined {
  if (source?.from === "header") return headerOf(headers, source.name);
  return source?.from === "part" ? group.parts.get(source.name) : undefined;
}

/** Throws unless the time is within the tolerance; returns until when the delivery verifies. */
function assertFresh(
  { scheme, toleranceMs = 0 }: Verification,
  written: unknown,
  nowMs: number,
): number {
  const { name, timestamp } = scheme.definition;
  if (written === undefined || written === null) {
    throw new WebhookError(
      "timestamp_missing",
      `The delivery of ${name} carries no time, so its age can't be checked.`,
    );
  }
  const ms = timestamp && parseTimestamp(written, timestamp.unit);
  if (ms === undefined || (scheme.timestampRunsOn && !isWhole(written))) {
    throw new WebhookError(
      "timestamp_malformed",
      `The time of the delivery is not ${timestamp?.unit === "iso8601" ? "ISO 8601" : `in ${timestamp?.unit}`}, as ${name} writes it.`,
    );
  }
  const tolerance = toleranceMs / 1000;
  if (nowMs - ms > toleranceMs) {
    throw new WebhookError(
      "timestamp_expired",
      `The delivery is ${Math.round((nowMs - ms) / 1000)} s old, and ${tolerance} s are allowed. It is a replay, it was held up on the way, or this machine's clock is fast.`,
    );
  }
  if (ms - nowMs > toleranceMs) {
    throw new WebhookError(
      "timestamp_future",
      `The delivery is dated ${Math.round((ms - nowMs) / 1000)} s ahead, and ${tolerance} s are allowed. This machine's clock is slow, or timestamp.unit is not what ${name} sends.`,
    );
  }
  return ms + toleranceMs;
}

/** Asks the user's function for the secrets of a delivery. Throws `secret_unavailable`, or `signature_mismatch` where it knows none. */
export async function lookUpSecrets(
  { scheme, options }: Verification,
  delivery: Delivery,
): Promise<{ secrets: readonly PreparedSecret[]; tenant: string | undefined }> {
  const { name } = scheme.definition;
  const lookup = options.secret as SecretLookup;
  let found: Secrets | TenantSecrets | undefined | null;
  try {
    found = await withTimeout(
      lookup(delivery),
      options.secretTimeoutMs ?? DEFAULT_SECRET_TIMEOUT_MS,
    );
  } catch (cause) {
    throw new WebhookError(
      "secret_unavailable",
      `The secret for this delivery of ${name} could not be looked up; the function given as \`secret\` failed or took too long.`,
      { cause },
    );
  }
  if (found === undefined || found === null) {
    throw new WebhookError(
      "signature_mismatch",
      `No secret is known for this delivery of ${name}: the function given as \`secret\` found none.`,
    );
  }
  const { tenant, secrets }: TenantSecrets =
    typeof found === "object" && "secrets" in found ? found : { secrets: found };
  try {
    return { secrets: prepareSecrets(scheme, secrets, options.hmac === "platform"), tenant };
  } catch (cause) {
    throw new WebhookError(
      "secret_unavailable",
      `The function given as \`secret\` returned one that can't be used. ${messageOf(cause)}`,
      { cause },
    );
  }
}

function parsedBody(body: unknown): WebhookError {
  return new WebhookError(
    "body_already_read",
    `The body is ${body === null ? "null" : `a parsed ${typeof body}`}, not the bytes that came over the wire, and a signature can't be checked on it. ` +
      "Pass the raw body: in Express put this route before app.use(express.json()), or keep the bytes with express.json({ verify: (req, res, buf) => { req.rawBody = buf } }).",
  );
}

function refusal(
  scheme: Scheme,
  groups: SignatureGroups,
  secretCount: number,
  formHasNoField: boolean,
): WebhookError {
  const { name, signature, body } = scheme.definition;
  if (formHasNoField) {
    return new WebhookError(
      "signature_mismatch",
      `The form has not exactly one field "${body?.formField?.name}", whose value ${name} signs.`,
    );
  }
  if (
    !groups.some((group) => group.candidates.some((candidate) => isWellFormed(scheme, candidate)))
  ) {
    return new WebhookError(
      "signature_malformed",
      `The signature in ${scheme.headers.join(" or ")} is not 32 bytes in ${signature.encoding}, as ${name} writes it.`,
    );
  }
  return new WebhookError(
    "signature_mismatch",
    `The signature in ${scheme.headers.join(" or ")} fits ${secretCount === 1 ? "the secret" : `none of the ${secretCount} secrets`} and these bytes not. ` +
      `Usual causes: the secret of another endpoint, or a body that was parsed and written again on the way. explain() of @countersign/core/explain looks for the cause.`,
  );
}
