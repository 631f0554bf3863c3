import type { Awaitable } from "../base/awaitable.ts";
import { isWebhookError, type WebhookError } from "../base/errors.ts";
import { type BodyLimits, tooLarge } from "../delivery/body-limits.ts";
import type { Delivery } from "../delivery/delivery.ts";

/** A delivery whose body is still to be read: what a framework's adapter gives to `receiveFrom`. */
export interface DeliverySource extends Omit<Delivery, "body"> {
  /** The error of a request that is malformed itself (`request_malformed`). The receiver refuses it with this error and looks at nothing else. */
  readonly malformed?: WebhookError | undefined;
  /**
   * Reads the body, after the headers have passed. Called once; a second time, with `inflate: false`, only where `onRejected` asks for a
   * body that was refused unread for its compression.
   *
   * @param limits what the receiver's options allow
   * @returns the bytes, without a promise where they are there; rejects with a `WebhookError` of a `body_*` code
   */
  readonly readBody: (limits: BodyLimits) => Awaitable<Uint8Array>;
}

/** The same source, whose body can be asked for several times and is read once. */
export function readingOnce(source: DeliverySource): DeliverySource {
  let bytes: Awaitable<Uint8Array> | undefined;
  const { headers, method, url, via, remoteAddress } = source;
  return {
    headers,
    method,
    url,
    via,
    remoteAddress,
    readBody: (limits) => (bytes ??= source.readBody(limits)),
  };
}

/** A source that is read once, under the limits of whoever reads it first; whoever reads it again is held to its own. */
export function keepingBody(given: DeliverySource): DeliverySource {
  const once = readingOnce(given);
  return {
    ...once,
    async readBody(limits) {
      let bytes: Uint8Array;
      try {
        bytes = await once.readBody(limits);
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
