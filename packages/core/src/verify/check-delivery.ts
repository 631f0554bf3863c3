import { after, type Awaitable } from "../base/awaitable.ts";
import { bytesOf, kindOf } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { WebhookError } from "../base/errors.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import { backend } from "#hmac";
import type { DigestText, Part } from "../hmac/backend.ts";
import { rawText } from "../scheme/values.ts";
import type { Match, PreparedSecret, Scheme, SignatureGroup } from "../scheme/scheme.ts";
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

/**
 * What can be said by the headers alone, before a byte of the body is read.
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
    } else (groups ??= []).push(...read);
  }
  if (groups === undefined) {
    throw problem === undefined
      ? new WebhookError(
          "signature_missing",
          `The signature header ${scheme.headers.join(" or ")} is missing. Is a secret set at ${name}? Does a proxy drop it?`,
        )
      : new WebhookError("signature_malformed", problem);
  }
  grammar.checkRequiredHeaders?.(scheme, headers);
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
  const rawBody = grammar.signedField?.(definition, headers, body) ?? body;
  // Loops, and below as few closures as can be: at 256 bytes the hash itself is only half of the time.
  if (grammar.authenticate !== undefined) {
    return grammar.authenticate(verification, delivery, body, secrets, nowMs, tenant);
  }
  const found = grammar.signaturesIn?.(scheme, delivery, body) ?? groups;
  const attempts: Attempt[] = [];
  for (const group of found) {
    if (grammar.hasRequiredParts?.(scheme, group) === false) continue;
    for (const secret of secrets) {
      if (secret.notBeforeMs <= nowMs && nowMs <= secret.notAfterMs)
        attempts.push({ group, secret });
    }
  }
  return after(findMatch(verification, delivery, rawBody, attempts, 0), (match) => {
    if (match === undefined) throw refusal(scheme, found, secrets.length);
    const { group, secret } = match;
    const verifiableUntilMs =
      toleranceMs === undefined || timestamp === undefined || timestamp.kind === "body"
        ? undefined
        : grammar.checkFreshness?.(scheme, rawText(timestamp, headers, group), toleranceMs, nowMs);
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
  const { algorithm } = scheme.grammar;
  const { encoding } = scheme.definition.signature;
  const content = contentOf({ scheme, delivery, group, body, publicUrl });
  const compare = (parts: Part[] | undefined): Awaitable<string | boolean | undefined> =>
    parts &&
    (algorithm?.matches(scheme, secret.key, parts, group.candidates) ??
      backend.hmac(secret.key, parts, encoding as DigestText));
  const judge = (found: string | boolean | undefined): Awaitable<Attempt | undefined> =>
    found === true || group.candidates.some((given) => found && backend.equal(found, given))
      ? attempt
      : findMatch(verification, delivery, body, attempts, index + 1);
  return after(after(content, compare), judge);
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
  return groups.some(({ candidates }) => candidates.some((text) => isWellFormed(scheme, text)))
    ? new WebhookError(
        "signature_mismatch",
        `${header} matches none of ${secretCount} secret(s). ` +
          `Usual causes: another endpoint's secret, or a parsed and rewritten body. ${scheme.grammar.hint ?? ""}explain() finds out.`,
      )
    : new WebhookError(
        "signature_malformed",
        `${header} is not 32 bytes in ${signature.encoding}.`,
      );
}
