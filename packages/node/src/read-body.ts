import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { WebhookError } from "@countersign/core";
import {
  bodyAborted,
  type BodyLimits,
  bodyTimeout,
  compressionOf,
  encodingUnsupported,
  tooLarge,
  wholeBody,
} from "@countersign/core/adapter";
import getRawBody from "raw-body";
import { bodyAdvice } from "./body-advice.ts";
import { keptBytes, type ParsedBody } from "./kept-bytes.ts";
import { refuseSecond } from "./one-middleware.ts";

/** The places where a body may be found, and the advice if it is not there. */
export interface BodyPlace {
  /** The object on which the framework leaves a parsed body, beside the request itself. */
  readonly parsed?: ParsedBody | undefined;
  /** The stream to read, if something in front has replaced it. Default: the request itself. */
  readonly stream?: Readable | undefined;
  /** Which line to change when a parser in front has kept no bytes. Default: that of the host, else Express's. */
  readonly advice?: string | undefined;
}

const INFLATE_BY_COMPRESSION: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads the bytes of a request's body: from the stream, or, where something in front has read that, from where it kept the bytes.
 *
 * @throws `body_already_read` where the stream was read and no bytes were kept; `body_too_large`, `body_timeout`, `body_aborted`,
 *   `body_encoding_unsupported`; `config_invalid` where a middleware in front has taken the request
 */
export async function readBody(
  req: IncomingMessage,
  limits: BodyLimits,
  place: BodyPlace = {},
): Promise<Uint8Array> {
  return bodyOf(req, limits, place);
}

/** Does what {@link readBody} does, without a promise where the bytes are there. */
export function bodyOf(
  req: IncomingMessage,
  limits: BodyLimits,
  place: BodyPlace,
): Promise<Uint8Array> | Uint8Array {
  refuseSecond(req);
  const stream = place.stream ?? req;
  const whole = stream === req ? wholeBody(req, limits) : undefined;
  return whole ?? bodyLater(req, stream, limits, place);
}

async function bodyLater(
  req: IncomingMessage,
  stream: Readable,
  limits: BodyLimits,
  { parsed, advice }: BodyPlace,
): Promise<Uint8Array> {
  // A body that came in one piece with its headers is there by then. Where something else listens already, nothing may be missed.
  if (stream.readableFlowing === null) await Promise.resolve();
  // Unread, the stream has the bytes, whatever something in front has put beside it in the meantime.
  const wasRead = stream.readableDidRead || stream.readableEnded;
  if (!wasRead && !(req.destroyed && !req.complete)) {
    const whole = stream === req ? wholeBody(req, limits) : undefined;
    return whole ?? readStream(req, stream, limits, advice);
  }
  const places = parsed === undefined ? [req as ParsedBody] : [parsed, req as ParsedBody];
  const kept = keptBytes(req, places, bodyAdvice(req, advice));
  if (kept !== undefined) {
    if (kept.length > limits.maxBodyBytes) throw tooLarge(limits);
    return kept;
  }
  if (wasRead) throw alreadyRead(bodyAdvice(req, advice));
  throw bodyAborted(req.errored);
}

function readStream(
  req: IncomingMessage,
  source: Readable,
  limits: BodyLimits,
  advice: string | undefined,
): Promise<Uint8Array> {
  if (source.readableEncoding !== null) throw encodingSet(source.readableEncoding);
  const compression = limits.inflate ? compressionOf(req.headers) : undefined;
  const plain = compression === undefined;
  const stream = plain ? source : inflated(req, source, compression);
  const length = plain && source === req ? (req.headers["content-length"] ?? null) : null;
  return new Promise((resolve, reject) => {
    let isOver = false;
    const fail = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      // Whatever is still to come is not for us; the answer decides what becomes of the connection.
      source.unpipe();
      source.pause();
      if (stream !== source) stream.destroy();
      reject(asWebhookError(error, limits, bodyAdvice(req, advice)));
    };
    const timer = setTimeout(() => fail(bodyTimeout(limits)), limits.bodyTimeoutMs);
    getRawBody(stream, { limit: limits.maxBodyBytes, length }, (error, bytes) => {
      clearTimeout(timer);
      if (error) fail(error);
      else resolve(bytes);
    });
  });
}

function inflated(req: IncomingMessage, source: Readable, compression: string): Readable {
  const inflate = Object.hasOwn(INFLATE_BY_COMPRESSION, compression)
    ? INFLATE_BY_COMPRESSION[compression]
    : undefined;
  if (inflate === undefined) throw encodingUnsupported(compression);
  // The inflated stream, which `raw-body` listens to, tells of the end. `req` must outlive a failure, to be answered.
  const stream = inflate();
  source.once("error", (error) => stream.destroy(error));
  req.once("aborted", () => stream.destroy(new Error("request aborted")));
  return source.pipe(stream);
}

function asWebhookError(error: unknown, limits: BodyLimits, advice: string): WebhookError {
  if (error instanceof WebhookError) return error;
  switch ((error as { type?: string }).type) {
    case "entity.too.large":
      return tooLarge(limits);
    case "stream.not.readable":
      return alreadyRead(advice, error);
    default:
      return bodyAborted(error);
  }
}

function encodingSet(encoding: string): WebhookError {
  return new WebhookError(
    "body_already_read",
    `Something in front has called req.setEncoding("${encoding}"), so that the body comes as text and its bytes are lost. Remove that call, or make it only behind this route.`,
  );
}

function alreadyRead(advice: string, cause?: unknown): WebhookError {
  return new WebhookError(
    "body_already_read",
    `Something in front has read the body and kept no raw bytes, without which a signature can't be checked. ${advice}`,
    { cause },
  );
}
