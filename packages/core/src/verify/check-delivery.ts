import type { Awaitable } from "../base/awaitable.ts";
import { bytesOf, kindOf } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { disbelieved, WebhookError } from "../base/errors.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import * as backend from "#crypto";
import type { DigestText, Part } from "../hmac/backend.ts";
import { freshUntil } from "../scheme/fresh-until.ts";
import type { Match, PreparedSecret, Scheme, SignatureGroup, Signed } from "../scheme/scheme.ts";
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
  let groups: SignatureGroup[] | undefined = scheme.headers.length > 0 ? undefined : [];
  let problem: string | undefined;
  for (const header of scheme.headers) {
    const value = headerOf(headers, header);
    if (value === undefined) continue;
    const read = readSignatures(scheme, value);
    if (typeof read === "string") {
      problem ??= `The header ${header} has no signature of ${definition.name}: ${read}.`;
    } else groups = groups?.concat(read) ?? read;
  }
  if (groups === undefined) {
    throw problem === undefined
      ? disbelieved(
          "signature_missing",
          `The signature header ${scheme.headers.join(" or ")} is missing. Is a secret set at ${definition.name}? Does a proxy drop it? Is it another sender?`,
        )
      : disbelieved("signature_malformed", problem);
  }
  grammar.checkRequiredHeaders?.(scheme, headers);
  grammar.checkTimeHeader?.(scheme, headers);
  return groups;
}

/** A delivery whose signature fits, or the error of one whose signature does not. */
export type Judged = Match | WebhookError;

/** {@link judgeDelivery}, which rejects with the error of a delivery that is not believed. */
export function checkDelivery(
  verification: Verification,
  delivery: Delivery,
  groups?: SignatureGroups,
): Awaitable<Match> {
  const judged = judgeDelivery(verification, delivery, groups);
  return "rawBody" in judged ? judged : believed(judged);
}

async function believed(judging: Awaitable<Judged>): Promise<Match> {
  const judged = await judging;
  if ("rawBody" in judged) return judged;
  throw judged;
}

/**
 * {@link checkHeaders}, then signature, then the freshness of a time outside the body.
 *
 * A signature that does not fit is a result: anybody can send forgeries, and throwing costs more than refusing one. Everything else that is
 * wrong is thrown.
 *
 * On the way of a delivery that needs no promise no function makes a closure: what a closure captures costs its function an object on every
 * call, and at 256 bytes the hash itself is only half of the time. What has to be awaited goes on in functions of its own.
 *
 * A finished result is told by a property that only it has. `instanceof Promise` would walk up the prototypes of everything that is no promise.
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
  const { scheme, now, toleranceMs, publicUrl } = verification;
  const { grammar } = scheme;
  const body = bytesOf(delivery.body);
  if (body === undefined) throw notBytes(delivery.body);
  const rawBody = grammar.signedField?.(scheme.definition, delivery.headers, body) ?? body;
  if (grammar.authenticate !== undefined) {
    return grammar.authenticate(verification, delivery, body, secrets, now(), tenant);
  }
  const groups = grammar.signaturesIn?.(scheme, delivery, body) ?? headerGroups;
  return findMatch({
    verification,
    scheme,
    delivery,
    body: rawBody,
    publicUrl,
    secrets: secretsInUse(secrets, now),
    tenant,
    // Read only where something depends on it: reading a clock costs as much as comparing two digests.
    nowMs: toleranceMs === undefined ? undefined : now(),
    groups,
    next: 0,
    group: groups[0] as SignatureGroup,
  });
}

/** The state of a search. One object serves all groups and functions, since making another costs as much as reading a header. */
interface Search extends Signed {
  readonly verification: Verification;
  readonly secrets: readonly PreparedSecret[];
  readonly tenant: string | undefined;
  readonly nowMs: number | undefined;
  readonly groups: SignatureGroups;
  /** The index of the group to be tried next. */
  next: number;
  /** The group that is tried. */
  group: SignatureGroup;
}

/** Tries the secrets in use on one group of signatures after the other. */
function findMatch(search: Search): Awaitable<Judged> {
  const { scheme, groups } = search;
  while (search.next < groups.length) {
    const group = groups[search.next++] as SignatureGroup;
    search.group = group;
    if (scheme.grammar.hasRequiredParts?.(scheme, group) === false) continue;
    // What is signed is put together once, for all secrets.
    let found: Awaitable<Found> = contentOf(search);
    if (Array.isArray(found)) found = signerOf(search, found);
    if (found === undefined) continue;
    return "key" in found ? accepted(search, found) : findLater(search, found);
  }
  return refusal(search);
}

/** What is signed, or then whose secret signed it. */
type Found = Part[] | PreparedSecret | undefined;

async function findLater(search: Search, finding: Promise<Found>): Promise<Judged> {
  let found = await finding;
  if (Array.isArray(found)) found = await signerOf(search, found);
  return found === undefined ? findMatch(search) : accepted(search, found);
}

function signerOf(
  { scheme, group, secrets }: Search,
  content: readonly Part[],
): Awaitable<PreparedSecret | undefined> {
  const { algorithm } = scheme.grammar;
  return algorithm === undefined
    ? backend.findSigner(secrets, content, scheme.encoding as DigestText, group)
    : signerBy(algorithm, scheme, content, textsOf(group), secrets);
}

/** Does what `findSigner` does, for an algorithm that the backend doesn't know. */
async function signerBy(
  algorithm: NonNullable<Scheme["grammar"]["algorithm"]>,
  scheme: Scheme,
  content: readonly Part[],
  candidates: readonly string[],
  secrets: readonly PreparedSecret[],
): Promise<PreparedSecret | undefined> {
  for (const secret of secrets) {
    // oxlint-disable-next-line no-await-in-loop -- the first secret is nearly always the right one
    if (await algorithm.matches(scheme, secret.key, content, candidates)) return secret;
  }
  return undefined;
}

function accepted(search: Search, secret: PreparedSecret): Match {
  const { verification, delivery, body, tenant, group, nowMs } = search;
  const verifiableUntilMs = freshUntil(verification, delivery.headers, group, nowMs);
  return { rawBody: body, secret, tenant, verifiableUntilMs, group, nowMs };
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

function refusal({ scheme, groups, secrets }: Search): WebhookError {
  const header = `The signature in ${scheme.headers.join(" or ")}`;
  return groups.some((group) => hasWellFormed(scheme, group))
    ? disbelieved(
        "signature_mismatch",
        `${header} matches no secret (tried: ${secrets.length}). ` +
          `Usual causes: another endpoint's secret, a rewritten body. ${scheme.grammar.hint ?? ""}explain() finds out.`,
      )
    : disbelieved("signature_malformed", `${header} is not 32 bytes in ${scheme.encoding}.`);
}
