import { after, type Awaitable } from "../base/awaitable.ts";
import { bytesOf, kindOf } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { disbelieved, WebhookError } from "../base/errors.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import { backend } from "#hmac";
import type { DigestText, Part } from "../hmac/backend.ts";
import { freshUntil } from "../scheme/fresh-until.ts";
import type { Match, PreparedSecret, Scheme, SignatureGroup } from "../scheme/scheme.ts";
import { secretsInUse } from "../scheme/secrets-in-use.ts";
import { isWellFormed, readSignatures, textOf } from "../scheme/signature-header.ts";
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
          `The signature header ${scheme.headers.join(" or ")} is missing. Is a secret set at ${name}? Does a proxy drop it?`,
        )
      : disbelieved("signature_malformed", problem);
  }
  grammar.checkRequiredHeaders?.(scheme, headers);
  grammar.checkTimeHeader?.(scheme, headers);
  return groups;
}

/**
 * {@link checkHeaders}, then signature, then the freshness of a time outside the body.
 *
 * On the way of a delivery that needs no promise no function makes a closure: what a closure captures costs its function an allocation on every
 * call, and at 256 bytes the hash itself is only half of the time. What has to be awaited goes on in functions of its own.
 */
export function checkDelivery(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups = checkHeaders(verification, delivery.headers),
): Awaitable<Match> {
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
): Promise<Match> {
  const { secrets, tenant } = await looking;
  return checkWith(verification, delivery, groups, secrets, tenant);
}

function checkWith(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups,
  secrets: readonly PreparedSecret[],
  tenant: string | undefined,
): Awaitable<Match> {
  const { scheme, now } = verification;
  const { definition, grammar } = scheme;
  const nowMs = now();
  const body = bytesOf(delivery.body);
  if (body === undefined) throw notBytes(delivery.body);
  const rawBody = grammar.signedField?.(definition, delivery.headers, body) ?? body;
  if (grammar.authenticate !== undefined) {
    return grammar.authenticate(verification, delivery, body, secrets, nowMs, tenant);
  }
  const found = grammar.signaturesIn?.(scheme, delivery, body) ?? groups;
  const search: Search = { verification, delivery, rawBody, groups: found, secrets, tenant, nowMs };
  const match = findMatch(search, 0);
  return match instanceof Promise ? acceptedLater(search, match) : accepted(search, match);
}

/** The input of {@link findMatch}. */
interface Search {
  readonly verification: Verification;
  readonly delivery: Delivery;
  readonly rawBody: Uint8Array;
  readonly groups: SignatureGroups;
  readonly secrets: readonly PreparedSecret[];
  readonly tenant: string | undefined;
  readonly nowMs: number;
}

/** A group with the secret that signed it. */
interface SignedGroup {
  readonly group: SignatureGroup;
  readonly secret: PreparedSecret;
}

/** Tries the secrets in use on one group of signatures after the other. */
function findMatch(search: Search, first: number): Awaitable<SignedGroup | undefined> {
  const { groups, verification } = search;
  const { grammar } = verification.scheme;
  const secrets = secretsInUse(search.secrets, search.nowMs);
  for (let index = first; index < groups.length; index++) {
    const group = groups[index];
    if (group === undefined || grammar.hasRequiredParts?.(verification.scheme, group) === false) {
      continue;
    }
    const secret = signerOf(search, group, secrets);
    if (secret instanceof Promise) return matchLater(search, index, group, secret);
    if (secret !== undefined) return { group, secret };
  }
  return undefined;
}

async function matchLater(
  search: Search,
  index: number,
  group: SignatureGroup,
  finding: Promise<PreparedSecret | undefined>,
): Promise<SignedGroup | undefined> {
  const secret = await finding;
  return secret === undefined ? findMatch(search, index + 1) : { group, secret };
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
  { candidates }: SignatureGroup,
  secrets: readonly PreparedSecret[],
): Awaitable<PreparedSecret | undefined> {
  if (content === undefined) return undefined;
  const { definition, grammar } = scheme;
  if (grammar.algorithm !== undefined) {
    return otherSigner(scheme, grammar.algorithm, content, candidates.map(textOf), secrets);
  }
  const encoding = definition.signature.encoding as DigestText;
  return backend.findSigner(secrets, content, encoding, candidates);
}

/** The signer under an algorithm that is not HMAC-SHA256, whose back-end does not look for signers by itself. */
function otherSigner(
  scheme: Scheme,
  algorithm: NonNullable<Scheme["grammar"]["algorithm"]>,
  content: readonly Part[],
  texts: readonly string[],
  secrets: readonly PreparedSecret[],
): Awaitable<PreparedSecret | undefined> {
  const [secret, ...others] = secrets;
  return (
    secret &&
    after(algorithm.matches(scheme, secret.key, content, texts), (isRight) =>
      isRight ? secret : otherSigner(scheme, algorithm, content, texts, others),
    )
  );
}

function accepted(search: Search, signed: SignedGroup | undefined): Match {
  const { verification, delivery, groups, secrets, rawBody, tenant, nowMs } = search;
  if (signed === undefined) throw refusal(verification.scheme, groups, secrets.length);
  const { group, secret } = signed;
  const verifiableUntilMs = freshUntil(verification, delivery.headers, group, nowMs);
  return { rawBody, secret, tenant, verifiableUntilMs, group, nowMs };
}

async function acceptedLater(
  search: Search,
  match: Promise<SignedGroup | undefined>,
): Promise<Match> {
  return accepted(search, await match);
}

function notBytes(body: unknown): WebhookError {
  return new WebhookError(
    "body_already_read",
    `The signature covers raw bytes, and the body is a ${kindOf(body)}. ` +
      "In Express put this route before app.use(express.json()), or keep the bytes: express.json({ verify: (req, res, buf) => { req.rawBody = buf } }).",
  );
}

function refusal(scheme: Scheme, groups: SignatureGroups, secretCount: number): WebhookError {
  const { signature } = scheme.definition;
  const header = `The signature in ${scheme.headers.join(" or ")}`;
  return groups.some(({ candidates }) => candidates.some((one) => isWellFormed(scheme, one)))
    ? disbelieved(
        "signature_mismatch",
        `${header} matches none of ${secretCount} secret(s). ` +
          `Usual causes: another endpoint's secret, or a parsed and rewritten body. ${scheme.grammar.hint ?? ""}explain() finds out.`,
      )
    : disbelieved("signature_malformed", `${header} is not 32 bytes in ${signature.encoding}.`);
}
