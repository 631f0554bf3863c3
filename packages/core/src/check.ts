import { after, type Awaitable } from "./awaitable.ts";
import { bytesOf } from "./bytes.ts";
import type { Delivery } from "./delivery.ts";
import { WebhookError } from "./errors.ts";
import { assertFresh } from "./freshness.ts";
import { type HeadersLike, headerOf } from "./headers.ts";
import { backend } from "#hmac";
import type { Part } from "./hmac/backend.ts";
import { type Scheme, writtenDigest } from "./scheme.ts";
import type { PreparedSecret } from "./secret.ts";
import { lookUpSecrets } from "./secret-lookup.ts";
import { isWellFormed, readSignatures, type SignatureGroup } from "./signatures.ts";
import { contentOf, rawValue, signedBodyOf } from "./signed-content.ts";
import type { Verification } from "./verification.ts";

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

/** Headers that may belong to a signed delivery, taken apart before its body is read. */
export type SignatureGroups = readonly SignatureGroup[];

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
export interface Match extends Checked {
  readonly secret: PreparedSecret;
  readonly group: SignatureGroup;
  readonly nowMs: number;
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
    const content = contentOf(verification, delivery, group, body);
    const digest =
      content instanceof Promise
        ? content.then((parts) => digestOf(scheme, secret, parts))
        : digestOf(scheme, secret, content);
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

function digestOf(
  scheme: Scheme,
  { key }: PreparedSecret,
  content: readonly Part[] | undefined,
): Awaitable<string | undefined> {
  return content && backend.hmac(key, content, scheme.digestText);
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
