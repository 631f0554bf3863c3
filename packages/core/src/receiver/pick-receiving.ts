import { isWebhookError, WebhookError, type WebhookErrorCode } from "../base/errors.ts";
import { type BodyLimits, checkBodyHeaders, compressionOf } from "../delivery/body-limits.ts";
import { checkDelivery, checkHeaders, type SignatureGroups } from "../verify/check-delivery.ts";
import { type DeliverySource, keepingBody } from "./delivery-source.ts";
import { answerHandshake } from "./handshake.ts";
import type { Receiving } from "./progress.ts";

/** The receiver of a delivery, and the delivery, which may have been read. */
export interface Picked {
  readonly receiving: Receiving;
  readonly source: DeliverySource;
}

/** A receiver whose provider's headers a delivery has. */
interface Candidate {
  readonly receiving: Receiving;
  readonly groups: SignatureGroups;
}

/** A receiver that refuses a delivery by its headers. */
interface Refuser {
  readonly receiving: Receiving;
  readonly error: unknown;
}

/** The codes that mean no more than: this delivery belongs to another receiver. */
const NOT_MINE: ReadonlySet<WebhookErrorCode> = new Set([
  "signature_missing",
  "signature_malformed",
  "signature_mismatch",
]);

/**
 * Picks the receiver of a delivery: by a handshake, by the headers, and where these fit several, by the signature.
 *
 * It decides nothing. Whoever is picked checks all of it once more, as if it were alone.
 *
 * @param bodyBytes the length of the body, where it is known before the body is read
 */
export async function pickReceiving(
  receivings: readonly Receiving[],
  given: DeliverySource,
  bodyBytes?: number,
): Promise<Picked> {
  const source = { ...keepingBody(given), malformed: given.malformed };
  const [first] = receivings as readonly [Receiving];
  if (given.malformed !== undefined) return { receiving: first, source };
  const handshake = await handshakeOf(receivings, source, bodyBytes);
  if (handshake !== undefined) return { receiving: handshake, source };

  const looks = receivings.map((receiving) => lookAtHeaders(receiving, source));
  const candidates = looks.filter((look) => "groups" in look);
  // One whose signature is not in a header fits every delivery, so it is asked last.
  const ordered = [
    ...candidates.filter(isByHeader),
    ...candidates.filter((one) => !isByHeader(one)),
  ];
  const [likeliest] = ordered;
  if (likeliest === undefined) {
    return refusedBy(
      looks.filter((look) => "error" in look),
      source,
    );
  }
  const able = ordered.filter((one) => canRead(one, source));
  const receiving =
    able.length > 1 ? await verifierOf(able, source) : (able[0] ?? likeliest).receiving;
  return { receiving, source };
}

/** Finds the receiver that answers a handshake, or else the first one that refuses it. */
async function handshakeOf(
  receivings: readonly Receiving[],
  source: DeliverySource,
  bodyBytes: number | undefined,
): Promise<Receiving | undefined> {
  let refuser: Receiving | undefined;
  const answerer = await firstWhere(receivings, async (receiving) => {
    // The secret that one may bring is told once, by the receiver that is picked.
    const silent = { ...receiving.settings, onSecretHandedOver: () => {} };
    try {
      return (await answerHandshake(silent, receiving.log, source, bodyBytes)) !== undefined;
    } catch {
      refuser ??= receiving;
      return false;
    }
  });
  return answerer ?? refuser;
}

function lookAtHeaders(receiving: Receiving, { headers }: DeliverySource): Candidate | Refuser {
  try {
    return { receiving, groups: checkHeaders(receiving.settings.verification, headers) };
  } catch (error) {
    return { receiving, error };
  }
}

function isByHeader({ receiving: { settings } }: Candidate): boolean {
  return settings.verification.scheme.headers.length > 0;
}

/** Tells whether a receiver would read the body at all: one that does not inflate refuses a compressed one unread. */
function canRead({ receiving: { settings } }: Candidate, { headers }: DeliverySource): boolean {
  return settings.limits.inflate || compressionOf(headers) === undefined;
}

/** Finds whose signature it is; the first candidate where it is nobody's. */
async function verifierOf(
  candidates: readonly Candidate[],
  source: DeliverySource,
): Promise<Receiving> {
  const [{ receiving: first }] = candidates as readonly [Candidate];
  const limits = widestLimits(candidates);
  let body: Uint8Array;
  try {
    checkBodyHeaders(source.headers, limits);
    body = await source.readBody(limits);
  } catch {
    // The first one will meet the same, and say it.
    return first;
  }
  const delivery = { ...source, body };
  let other: Receiving | undefined;
  const found = await firstWhere(candidates, async ({ receiving, groups }) => {
    try {
      await checkDelivery(receiving.settings.verification, delivery, groups);
      return true;
    } catch (error) {
      // Its own delivery, but too old, say; or one that may be its own, as the secret can't be looked up now.
      if (!isWebhookError(error) || !NOT_MINE.has(error.code)) other ??= receiving;
      return false;
    }
  });
  return found?.receiving ?? other ?? first;
}

/** Has the one refuse a delivery that finds a signature in a wrong form; where none finds any, the first does, under the headers of all. */
function refusedBy(refusers: readonly Refuser[], source: DeliverySource): Picked {
  const known = refusers.find(
    ({ error }) => isWebhookError(error) && error.code !== "signature_missing",
  );
  if (known !== undefined) return { receiving: known.receiving, source };
  const [{ receiving }] = refusers as readonly [Refuser];
  const headers = refusers.map(
    ({ receiving: { settings } }) =>
      `${settings.verification.scheme.headers.join(" or ")} (${settings.definition.name})`,
  );
  const malformed = new WebhookError(
    "signature_missing",
    `The delivery has no signature header of any provider here: ${headers.join(", ")}. Does a proxy drop it, or is the sender one that oneOf() does not list?`,
  );
  return { receiving, source: { ...source, malformed } };
}

/** The limits for a body that may be any of the candidates': which one's, only its signature tells. */
function widestLimits(candidates: readonly Candidate[]): BodyLimits {
  const all = candidates.map(({ receiving }) => receiving.settings.limits);
  return {
    maxBodyBytes: Math.max(...all.map(({ maxBodyBytes }) => maxBodyBytes)),
    bodyTimeoutMs: Math.max(...all.map(({ bodyTimeoutMs }) => bodyTimeoutMs)),
    inflate: all.some(({ inflate }) => inflate),
  };
}

async function firstWhere<T>(
  items: readonly T[],
  fits: (item: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const item of items) {
    // oxlint-disable-next-line no-await-in-loop -- the order counts
    if (await fits(item)) return item;
  }
  return undefined;
}
