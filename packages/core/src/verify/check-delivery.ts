import { after, type Awaitable } from "../base/awaitable.ts";
import { bytesOf, kindOf } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { disbelieved, WebhookError } from "../base/errors.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import * as backend from "#crypto";
import type { DigestText, Part } from "../hmac/backend.ts";
import { freshUntil } from "../scheme/fresh-until.ts";
import type { Match, PreparedSecret, Scheme, SignatureGroup } from "../scheme/scheme.ts";
import { secretsInUse } from "../scheme/secrets-in-use.ts";
import { hasWellFormed, readSignatures, textsOf } from "../scheme/signature-header.ts";
import { contentOf } from "../scheme/signed-content.ts";
import type { Verification } from "./options.ts";

/** The result of {@link Verifier.check}; nothing was parsed. */
export interface Checked {
  /** The bytes that were verified. */
  readonly rawBody: Uint8Array;
  /** The `id` of the secret that matched, where it has one. */
  readonly secretId: string | undefined;
  /** The tenant that the secret function named. */
  readonly tenant: string | undefined;
  /** The time until which the delivery verifies, in milliseconds since 1970, if a signed attempt time limits it. */
  readonly verifiableUntilMs: number | undefined;
}

/** Headers that may belong to a signed delivery, taken apart before its body is read. */
export type SignatureGroups = readonly SignatureGroup[];

/**
 * Checks the headers alone, before a byte of the body is read.
 *
 * @throws `signature_missing`, `signature_malformed`, `timestamp_missing`
 */
export function checkHeaders({ scheme }: Verification, headers: HeadersLike): SignatureGroups {
  const { definition, grammar } = scheme;
  const { name } = definition;
  let groups: SignatureGroup[] | undefined = scheme.headers.length > 0 ? undefined : [];
  let problem: string | undefined;
  for (const header of scheme.headers) {
    const value = headerOf(headers, header);
    if (value === undefined) continue;
    const read = readSignatures(scheme, value);
    if (typeof read === "string") {
      problem ??= `The header ${header} has no signature of ${name}: ${read}.`;
    } else groups = groups === undefined ? read : [...groups, ...read];
  }
  if (groups === undefined) {
    throw problem === undefined
      ? disbelieved(
          "signature_missing",
          `The signature header ${scheme.headers.join(" or ")} is missing. Is a secret set at ${name}? Does a proxy drop it? Is it another sender?`,
        )
      : disbelieved("signature_malformed", problem);
  }
  grammar.checkRequiredHeaders?.(scheme, headers);
  grammar.checkTimeHeader?.(scheme, headers);
  return groups;
}

/** A delivery whose signature fits, or the error of one whose signature does not. */
export type Judged = Match | WebhookError;

/** {@link judgeDelivery}, which throws the error of a delivery that is not believed. */
export function checkDelivery(
  verification: Verification,
  delivery: Delivery,
  groups?: SignatureGroups,
): Awaitable<Match> {
  const judged = judgeDelivery(verification, delivery, groups);
  return judged instanceof Promise ? judged.then(believed) : believed(judged);
}

function believed(judged: Judged): Match {
  if (judged instanceof WebhookError) throw judged;
  return judged;
}

/**
 * {@link checkHeaders}, then signature, then the freshness of a time outside the body.
 *
 * A signature that does not fit is a result: anybody can send forgeries, and throwing costs more than refusing one. Everything else that is
 * wrong is thrown.
 *
 * On the way of a delivery that needs no promise no function makes a closure: what a closure captures costs its function an object on every
 * call, and at 256 bytes the hash itself is only half of the time. What has to be awaited goes on in functions of its own.
 */
export function judgeDelivery(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups = checkHeaders(verification, delivery.headers),
): Awaitable<Judged> {
  const { secrets = [], lookUp } = verification;
  return lookUp === undefined
    ? checkWith(verification, delivery, groups, secrets, undefined)
    : checkWithFound(verification, delivery, groups, lookUp(delivery));
}

async function checkWithFound(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups,
  looking: ReturnType<NonNullable<Verification["lookUp"]>>,
): Promise<Judged> {
  const { secrets, tenant } = await looking;
  return checkWith(verification, delivery, groups, secrets, tenant);
}

function checkWith(
  verification: Verification,
  delivery: Delivery,
  headerGroups: SignatureGroups,
  secrets: readonly PreparedSecret[],
  tenant: string | undefined,
): Awaitable<Judged> {
  const { scheme, now, toleranceMs } = verification;
  const { definition, grammar } = scheme;
  const body = bytesOf(delivery.body);
  if (body === undefined) throw notBytes(delivery.body);
  const rawBody = grammar.signedField?.(definition, delivery.headers, body) ?? body;
  if (grammar.authenticate !== undefined) {
    return grammar.authenticate(verification, delivery, body, secrets, now(), tenant);
  }
  const groups = grammar.signaturesIn?.(scheme, delivery, body) ?? headerGroups;
  const inUse = secretsInUse(secrets, now);
  // Read only where something depends on it: reading a clock costs as much as comparing two digests.
  const nowMs = toleranceMs === undefined ? undefined : now();
  return findMatch({ verification, delivery, rawBody, groups, secrets: inUse, tenant, nowMs }, 0);
}

/** The input of {@link findMatch}. */
interface Search {
  readonly verification: Verification;
  readonly delivery: Delivery;
  readonly rawBody: Uint8Array;
  readonly groups: SignatureGroups;
  readonly secrets: readonly PreparedSecret[];
  readonly tenant: string | undefined;
  readonly nowMs: number | undefined;
}

/** Tries the secrets in use on one group of signatures after the other. */
function findMatch(search: Search, first: number): Awaitable<Judged> {
  const { groups, secrets, verification } = search;
  const { scheme } = verification;
  for (let index = first; index < groups.length; index++) {
    const group = groups[index];
    if (group === undefined || scheme.grammar.hasRequiredParts?.(scheme, group) === false) continue;
    const secret = signerOf(search, group, secrets);
    if (secret instanceof Promise) return findLater(search, index, group, secret);
    if (secret !== undefined) return accepted(search, group, secret);
  }
  return refusal(scheme, groups, secrets.length);
}

async function findLater(
  search: Search,
  index: number,
  group: SignatureGroup,
  finding: Promise<PreparedSecret | undefined>,
): Promise<Judged> {
  const secret = await finding;
  return secret === undefined ? findMatch(search, index + 1) : accepted(search, group, secret);
}

/** Puts what is signed together once, for all secrets. */
function signerOf(
  { verification: { scheme, publicUrl }, delivery, rawBody }: Search,
  group: SignatureGroup,
  secrets: readonly PreparedSecret[],
): Awaitable<PreparedSecret | undefined> {
  const content = contentOf({ scheme, delivery, group, body: rawBody, publicUrl });
  return content instanceof Promise
    ? signerLater(scheme, content, group, secrets)
    : signerOfContent(scheme, content, group, secrets);
}

async function signerLater(
  scheme: Scheme,
  content: Promise<readonly Part[] | undefined>,
  group: SignatureGroup,
  secrets: readonly PreparedSecret[],
): Promise<PreparedSecret | undefined> {
  return signerOfContent(scheme, await content, group, secrets);
}

function signerOfContent(
  scheme: Scheme,
  content: readonly Part[] | undefined,
  group: SignatureGroup,
  secrets: readonly PreparedSecret[],
): Awaitable<PreparedSecret | undefined> {
  if (content === undefined) return undefined;
  const { encoding, grammar } = scheme;
  return grammar.algorithm === undefined
    ? backend.findSigner(secrets, content, encoding as DigestText, group)
    : signerBy(grammar.algorithm, scheme, content, textsOf(group), secrets);
}

/** Does what `findSigner` does, for an algorithm that the backend doesn't know. */
function signerBy(
  algorithm: NonNullable<Scheme["grammar"]["algorithm"]>,
  scheme: Scheme,
  content: readonly Part[],
  candidates: readonly string[],
  secrets: readonly PreparedSecret[],
): Awaitable<PreparedSecret | undefined> {
  const [secret, ...others] = secrets;
  return (
    secret &&
    after(algorithm.matches(scheme, secret.key, content, candidates), (isRight) =>
      isRight ? secret : signerBy(algorithm, scheme, content, candidates, others),
    )
  );
}

function accepted(search: Search, group: SignatureGroup, secret: PreparedSecret): Match {
  const { verification, delivery, rawBody, tenant, nowMs } = search;
  const verifiableUntilMs = freshUntil(verification, delivery.headers, group, nowMs);
  return { rawBody, secret, tenant, verifiableUntilMs, group, nowMs };
}

function notBytes(body: unknown): WebhookError {
  const kind = kindOf(body);
  return new WebhookError(
    "body_already_read",
    `The signature covers raw bytes; the body is ${body ? `of type ${kind}` : String(body)}. ` +
      (kind === "ReadableStream"
        ? "Use { headers, body: await request.arrayBuffer() }, or receiver.handle(request)."
        : 'In Express put express.raw({ type: "*/*" }) before express.json().'),
  );
}

function refusal(scheme: Scheme, groups: SignatureGroups, secretCount: number): WebhookError {
  const { signature } = scheme.definition;
  const header = `The signature in ${scheme.headers.join(" or ")}`;
  return groups.some((group) => hasWellFormed(scheme, group))
    ? disbelieved(
        "signature_mismatch",
        `${header} matches no secret (tried: ${secretCount}). ` +
          `Usual causes: another endpoint's secret, a rewritten body. ${scheme.grammar.hint ?? ""}explain() finds out.`,
      )
    : disbelieved("signature_malformed", `${header} is not 32 bytes in ${signature.encoding}.`);
}
