import { bytesOf, latin1, utf8 } from "./bytes.ts";
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
import {
  type PreparedSecret,
  prepareSecrets,
  type SecretLookup,
  type Secrets,
  type TenantSecrets,
} from "./secret.ts";
import { isWellFormed, readSignatures, type SignatureGroup } from "./signatures.ts";
import { withTimeout } from "./timeout.ts";
import { parseTimestamp } from "./timestamp.ts";

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
    check: (delivery) => checkDelivery(verification, delivery),
    verify: (delivery) => verifyDelivery(verification, delivery) as Promise<EventOf<Events>>,
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
  return (await verifyDelivery(verificationOf(options), delivery)) as EventOf<Events>;
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
  readonly group: SignatureGroup;
  readonly nowMs: number;
}

/** {@link checkHeaders}, then signature, then the freshness of a time outside the body. */
export async function checkDelivery(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups = checkHeaders(verification, delivery.headers),
): Promise<Match> {
  const { scheme, options } = verification;
  const body = bytesOf(delivery.body);
  if (body === undefined) throw parsedBody(delivery.body);
  const nowMs = (options.now ?? Date.now)();

  let secrets = verification.secrets;
  let tenant: string | undefined;
  if (secrets === undefined) ({ secrets, tenant } = await lookUpSecrets(verification, delivery));

  const rawBody = signedBodyOf(scheme, delivery.headers, body);
  const match =
    rawBody && (await findMatch(verification, delivery, groups, secrets, rawBody, nowMs));
  if (rawBody === undefined || match === undefined) {
    throw refusal(scheme, groups, secrets.length, rawBody === undefined);
  }

  let verifiableUntilMs: number | undefined;
  const { timestamp } = scheme;
  if (
    verification.toleranceMs !== undefined &&
    timestamp !== undefined &&
    timestamp.from !== "body"
  ) {
    const written = rawValue(timestamp, delivery.headers, match.group);
    verifiableUntilMs = assertFresh(verification, written, nowMs);
  }
  return {
    rawBody,
    secretId: match.secret.id,
    tenant,
    verifiableUntilMs,
    group: match.group,
    nowMs,
  };
}

/** {@link checkDelivery}, then parsing; adds what a receiver goes on with. */
export async function readDelivery(
  verification: Verification,
  delivery: Delivery,
  groups?: SignatureGroups,
): Promise<{
  event: WebhookEvent;
  tenant: string | undefined;
  verifiableUntilMs: number | undefined;
}> {
  const checked = await checkDelivery(verification, delivery, groups);
  const { scheme } = verification;
  const { definition, unsigned } = scheme;
  const { rawBody, secretId, tenant, group, nowMs } = checked;
  const { headers } = delivery;

  const body = parseBody(definition, headers, rawBody);
  const read = (source: Source | undefined): unknown[] =>
    valuesOf(source, body, headers, group.parts);
  const ids = idsOf(scheme, read(scheme.id));
  const type = textOf(read(scheme.type)[0]);
  const written = read(scheme.timestamp)[0];

  let { verifiableUntilMs } = checked;
  if (verification.toleranceMs !== undefined && scheme.timestamp?.from === "body") {
    verifiableUntilMs = assertFresh(verification, written, nowMs);
  }

  const facts = { ids, type, signedBody: rawBody };
  let key: string | undefined;
  let keyed = false;
  if (!backend.synchronous) {
    key = await identityOf(scheme, facts);
    keyed = true;
  }
  const event: WebhookEvent = {
    provider: definition.name,
    id: ids.length > 0 ? ids.join(",") : undefined,
    type,
    timestamp: timeOf(written, definition.timestamp),
    unsigned,
    body,
    rawBody,
    // A digest of the whole body: made only for those who ask.
    get key() {
      if (!keyed) {
        key = identityOf(scheme, facts) as string | undefined;
        keyed = true;
      }
      return key;
    },
    secretId,
  };
  return { event, tenant, verifiableUntilMs };
}

async function verifyDelivery(
  verification: Verification,
  delivery: Delivery,
): Promise<WebhookEvent> {
  return (await readDelivery(verification, delivery)).event;
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

async function findMatch(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups,
  secrets: readonly PreparedSecret[],
  body: Uint8Array,
  nowMs: number,
): Promise<{ secret: PreparedSecret; group: SignatureGroup } | undefined> {
  const { scheme } = verification;
  for (const group of groups) {
    if (!hasRequiredParts(scheme, group)) continue;
    let parts = contentOf(verification, delivery, group, body);
    if (parts instanceof Promise) parts = await parts;
    if (parts === undefined) continue;
    for (const secret of secrets) {
      if (nowMs < secret.notBeforeMs || nowMs > secret.notAfterMs) continue;
      let digest = backend.hmac(secret.key, parts, scheme.digestText);
      if (typeof digest !== "string") digest = await digest;
      const expected = writtenDigest(scheme, digest);
      for (const candidate of group.candidates) {
        if (backend.equal(expected, candidate)) return { secret, group };
      }
    }
  }
  return undefined;
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
): Part[] | undefined | Promise<Part[] | undefined> {
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

function isByteString(text: string): boolean {
  for (let i = 0; i < text.length; i++)
    if (text.charCodeAt(i) > 0xff) return latin1(text) !== undefined;
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
  if (ms === undefined) {
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

async function lookUpSecrets(
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
