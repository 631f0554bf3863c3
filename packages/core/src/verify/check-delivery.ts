import { after, type Awaitable } from "../base/awaitable.ts";
import { bytesOf, kindOf } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { WebhookError } from "../base/errors.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import { backend } from "#hmac";
import type { Part } from "../hmac/backend.ts";
import { rawText } from "../scheme/values.ts";
import type { Scheme, SignatureGroup } from "../scheme/scheme.ts";
import type { PreparedSecret } from "../secrets/secret.ts";
import { isWellFormed, readSignatures } from "../scheme/signature-header.ts";
import { contentOf } from "../scheme/signed-content.ts";
import type { Verification } from "./options.ts";

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

/** A checked delivery with what the parser goes on with. */
export interface Match extends Omit<Checked, "secretId"> {
  readonly secret: PreparedSecret;
  readonly group: SignatureGroup;
  readonly nowMs: number;
}

/**
 * What can be said by the headers alone, before a byte of the body is read.
 *
 * @throws `signature_missing`, `signature_malformed`, `timestamp_missing`
 */
export function checkHeaders({ scheme }: Verification, headers: HeadersLike): SignatureGroups {
  const { definition, grammar } = scheme;
  const { name } = definition;
  let groups: SignatureGroup[] | undefined;
  let problem: string | undefined;
  for (const header of scheme.headers) {
    const value = headerOf(headers, header);
    if (value === undefined) continue;
    const read = readSignatures(scheme, value);
    if (typeof read === "string") {
      problem ??= `The header ${header} does not hold a signature of ${name}: ${read}.`;
    } else (groups ??= []).push(...read);
  }
  if (groups === undefined) {
    throw problem === undefined
      ? new WebhookError(
          "signature_missing",
          `The header ${scheme.headers.join(" or ")}, with which ${name} signs, is missing. Is a secret set at ${name}, is the header's name right, and does a proxy in front pass it on?`,
        )
      : new WebhookError("signature_malformed", problem);
  }
  if (definition.requires !== undefined) grammar.checkRequiredHeaders(scheme, headers);
  grammar.checkTimeHeader?.(scheme, headers);
  return groups;
}

/** {@link checkHeaders}, then signature, then the freshness of a time outside the body. */
export function checkDelivery(
  verification: Verification,
  delivery: Delivery,
  groups: SignatureGroups = checkHeaders(verification, delivery.headers),
): Awaitable<Match> {
  const { secrets = [], lookUp } = verification;
  if (lookUp === undefined) return checkWith(verification, delivery, groups, secrets, undefined);
  return lookUp(delivery).then((found) =>
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
  const { scheme, now, toleranceMs } = verification;
  const { definition, grammar, timestamp } = scheme;
  const { headers } = delivery;
  const nowMs = now();
  const body = bytesOf(delivery.body);
  if (body === undefined) throw notBytes(delivery.body);
  const field = definition.body?.formField;
  const rawBody =
    field?.signed === "decoded"
      ? grammar.signedField(definition.name, field.name, headers, body)
      : body;

  // Loops, and below as few closures as can be: at 256 bytes the hash itself is only half of the time.
  const attempts: Attempt[] = [];
  for (const group of groups) {
    if (grammar.hasRequiredParts?.(scheme, group) === false) continue;
    for (const secret of secrets) {
      if (secret.notBeforeMs <= nowMs && nowMs <= secret.notAfterMs)
        attempts.push({ group, secret });
    }
  }
  return after(findMatch(verification, delivery, rawBody, attempts, 0), (match) => {
    if (match === undefined) throw refusal(scheme, groups, secrets.length);
    const { group, secret } = match;
    const verifiableUntilMs =
      toleranceMs === undefined || timestamp === undefined || timestamp.kind === "body"
        ? undefined
        : grammar.checkFreshness(scheme, rawText(timestamp, headers, group), toleranceMs, nowMs);
    return { rawBody, secret, tenant, verifiableUntilMs, group, nowMs };
  });
}

/** One secret to be tried on the signatures of one group. */
interface Attempt {
  readonly group: SignatureGroup;
  readonly secret: PreparedSecret;
}

function findMatch(
  verification: Verification,
  delivery: Delivery,
  body: Uint8Array,
  attempts: readonly Attempt[],
  index: number,
): Awaitable<Attempt | undefined> {
  const attempt = attempts[index];
  if (attempt === undefined) return undefined;
  const { scheme, publicUrl } = verification;
  const { group, secret } = attempt;
  const { encoding } = scheme.definition.signature;
  const content = contentOf({ scheme, delivery, group, body, publicUrl });
  const hmacOf = (parts: Part[] | undefined): Awaitable<string | undefined> =>
    parts && backend.hmac(secret.key, parts, encoding);
  const judge = (expected: string | undefined): Awaitable<Attempt | undefined> =>
    expected !== undefined &&
    group.candidates.some((candidate) => backend.equal(expected, candidate))
      ? attempt
      : findMatch(verification, delivery, body, attempts, index + 1);
  return after(after(content, hmacOf), judge);
}

function notBytes(body: unknown): WebhookError {
  return new WebhookError(
    "body_already_read",
    `The signature covers bytes, and the body is of the kind ${kindOf(body)}. Await a promise. ` +
      "In Express put this route before app.use(express.json()), or keep the bytes: express.json({ verify: (req, res, buf) => { req.rawBody = buf } }).",
  );
}

function refusal(scheme: Scheme, groups: SignatureGroups, secretCount: number): WebhookError {
  const { name, signature } = scheme.definition;
  const header = `The signature in ${scheme.headers.join(" or ")}`;
  return groups.some(({ candidates }) => candidates.some((text) => isWellFormed(scheme, text)))
    ? new WebhookError(
        "signature_mismatch",
        `${header} does not fit these bytes under ${secretCount === 1 ? "the secret" : `any of the ${secretCount} secrets`}. ` +
          `Usual causes: the secret of another endpoint, or a body parsed and written again. ${scheme.grammar.hint ?? ""}explain() of @countersign/core/explain finds out.`,
      )
    : new WebhookError(
        "signature_malformed",
        `${header} is not 32 bytes in ${signature.encoding}, as ${name} writes it.`,
      );
}
