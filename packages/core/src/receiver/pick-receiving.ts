import { isWebhookError, WebhookError, type WebhookErrorCode } from "../base/errors.ts";
import { type BodyLimits, checkBodyHeaders, tooLarge } from "../delivery/body-limits.ts";
import { checkDelivery, checkHeaders, type SignatureGroups } from "../verify/check-delivery.ts";
import { type DeliverySource, readingOnce } from "./delivery-source.ts";
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
  const limits = widestLimits(receivings);
  const source = { ...readingWithin(given, limits), malformed: given.malformed };
  const [first] = receivings as readonly [Receiving];
  if (given.malformed !== undefined) return { receiving: first, source };
  const handshake = await handshakeOf(receivings, source, bodyBytes);
  if (handshake !== undefined) return { receiving: handshake, source };

  const candidates = receivings.flatMap((receiving) => candidateOf(receiving, source));
  // One whose signature is not in a header fits every delivery, so it is asked last.
  const ordered = [
    ...candidates.filter(isByHeader),
    ...candidates.filter((one) => !isByHeader(one)),
  ];
  const [candidate, ...others] = ordered;
  if (candidate === undefined) return unknownTo(receivings, source);
  if (others.length === 0) return { receiving: candidate.receiving, source };
  return { receiving: await verifierOf(ordered, source, limits), source };
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

function candidateOf(receiving: Receiving, { headers }: DeliverySource): Candidate[] {
  try {
    return [{ receiving, groups: checkHeaders(receiving.settings.verification, headers) }];
  } catch {
    return [];
  }
}

function isByHeader({ receiving: { settings } }: Candidate): boolean {
  return settings.verification.scheme.headers.length > 0;
}

/** Finds whose signature it is; the first candidate where it is nobody's. */
async function verifierOf(
  candidates: readonly Candidate[],
  source: DeliverySource,
  limits: BodyLimits,
): Promise<Receiving> {
  const [{ receiving: first }] = candidates as readonly [Candidate];
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

/** Refuses under the name of the first a delivery that has the signature of none; where one has it in a wrong form, that one says so. */
function unknownTo(receivings: readonly Receiving[], source: DeliverySource): Picked {
  const [first] = receivings as readonly [Receiving];
  const known = receivings.find(({ settings }) => {
    try {
      checkHeaders(settings.verification, source.headers);
      return true;
    } catch (error) {
      return isWebhookError(error) && error.code !== "signature_missing";
    }
  });
  if (known !== undefined) return { receiving: known, source };
  const headers = receivings.map(
    ({ settings: { definition, verification } }) =>
      `${verification.scheme.headers.join(" or ")} (${definition.name})`,
  );
  const malformed = new WebhookError(
    "signature_missing",
    `The delivery has no signature header of any provider here: ${headers.join(", ")}. Does a proxy drop it, or is the sender one that oneOf() does not list?`,
  );
  return { receiving: first, source: { ...source, malformed } };
}

/** A source that is read once, under the widest limits; whoever reads it again is held to its own. */
function readingWithin(given: DeliverySource, widest: BodyLimits): DeliverySource {
  const once = readingOnce(given);
  return {
    ...once,
    async readBody(limits) {
      let bytes: Uint8Array;
      try {
        bytes = await once.readBody(widest);
      } catch (error) {
        const isCompressed = isWebhookError(error) && error.code === "body_encoding_unsupported";
        // Asked for once more as it came, for `onRejected`.
        if (isCompressed && !limits.inflate) return given.readBody(limits);
        throw error;
      }
      if (bytes.length > limits.maxBodyBytes) throw tooLarge(limits);
      return bytes;
    },
  };
}

function widestLimits(receivings: readonly Receiving[]): BodyLimits {
  const all = receivings.map(({ settings }) => settings.limits);
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
