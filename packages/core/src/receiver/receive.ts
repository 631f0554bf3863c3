import { type Awaitable, isPending } from "../base/awaitable.ts";
import { isWebhookError } from "../base/errors.ts";
import { bytesOf } from "../base/bytes.ts";
import { checkBodyHeaders, tooLarge } from "../delivery/body-limits.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { checkHeaders, type SignatureGroups } from "../verify/check-delivery.ts";
import { challenged, decide } from "./decide.ts";
import { type DeliverySource, readingOnce } from "./delivery-source.ts";
import { answerHandshake, hasHandshake } from "./handshake.ts";
import { begin, type Progress, type Receiving } from "./progress.ts";
import type { Receipt } from "./receipt.ts";
import { reject } from "./reject.ts";
import type { Settings } from "./settings.ts";

/** Decides about a delivery whose body is still to be read. */
export function receiveFrom(receiving: Receiving, source: DeliverySource): Promise<Receipt> {
  const progress = begin(receiving, source);
  return progress.run === undefined
    ? decideFrom(receiving, progress, source)
    : progress.run(() => decideFrom(receiving, progress, source));
}

/** Decides about a delivery whose body is there. */
export function receive(receiving: Receiving, delivery: Delivery): Promise<Receipt> {
  const progress = begin(receiving, delivery);
  progress.delivery = delivery;
  return progress.run === undefined
    ? decideAbout(receiving, progress, delivery)
    : progress.run(() => decideAbout(receiving, progress, delivery));
}

async function decideFrom(
  receiving: Receiving,
  progress: Progress,
  given: DeliverySource,
): Promise<Receipt> {
  const { settings, log } = receiving;
  // Only a handshake reads a body that is read again.
  const source = hasHandshake(settings) ? readingOnce(given) : given;
  try {
    if (given.malformed !== undefined) throw given.malformed;
    const handshake = hasHandshake(settings)
      ? await answerHandshake(settings, log, source)
      : undefined;
    if (handshake !== undefined) return challenged(receiving, progress, handshake);
    let groups: SignatureGroups;
    try {
      groups = checkHeaders(settings.verification, source.headers);
    } catch (error) {
      progress.delivery = await readRefused(settings, source);
      throw error;
    }
    try {
      const reading = readWhole(settings, source);
      progress.delivery = isPending(reading) ? await reading : reading;
    } catch (error) {
      const isCompressed = isWebhookError(error) && error.code === "body_encoding_unsupported";
      if (isCompressed) progress.delivery = await readCompressed(settings, given);
      throw error;
    }
    const deciding = decide(receiving, progress, progress.delivery, groups);
    return isPending(deciding) ? await deciding : deciding;
  } catch (error) {
    return reject(receiving, progress, error);
  }
}

async function decideAbout(
  receiving: Receiving,
  progress: Progress,
  delivery: Delivery,
): Promise<Receipt> {
  const { settings, log } = receiving;
  try {
    const bytes = bytesOf(delivery.body);
    if (bytes !== undefined && bytes.length > settings.limits.maxBodyBytes) {
      throw tooLarge(settings.limits);
    }
    if (hasHandshake(settings)) {
      const source = { ...delivery, readBody: () => bytes ?? new Uint8Array() };
      const handshake = await answerHandshake(settings, log, source, bytes?.length ?? 0);
      if (handshake !== undefined) return challenged(receiving, progress, handshake);
    }
    const groups = checkHeaders(settings.verification, delivery.headers);
    const deciding = decide(receiving, progress, delivery, groups);
    return isPending(deciding) ? await deciding : deciding;
  } catch (error) {
    return reject(receiving, progress, error);
  }
}

function readWhole({ limits }: Settings, source: DeliverySource): Awaitable<Delivery> {
  checkBodyHeaders(source.headers, limits);
  const reading = source.readBody(limits);
  return isPending(reading)
    ? reading.then((body) => deliveryOf(source, body))
    : deliveryOf(source, reading);
}

function deliveryOf(
  { headers, method, url, via, remoteAddress }: DeliverySource,
  body: Uint8Array,
): Delivery {
  return { headers, method, url, via, remoteAddress, body };
}

/** Reads the body of a delivery that its headers refuse, for `onRejected` alone: nobody could say what is wrong without seeing it. */
async function readRefused(
  settings: Settings,
  source: DeliverySource,
): Promise<Delivery | undefined> {
  if (settings.onRejected === undefined) return undefined;
  try {
    return await readWhole(settings, source);
  } catch {
    return undefined;
  }
}

/** Reads a body that stays compressed, for `onRejected` alone; undefined where nobody asked for it, or it can't be read. */
async function readCompressed(
  { limits, onRejected }: Settings,
  source: DeliverySource,
): Promise<Delivery | undefined> {
  if (onRejected === undefined) return undefined;
  const { headers, method, url, via } = source;
  try {
    const body = await source.readBody({ ...limits, inflate: false });
    return { headers, method, url, via, body };
  } catch {
    return undefined;
  }
}
