import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { WebhookError } from "@countersign/core";
import { bodyAborted, type BodyLimits, bodyTimeout, tooLarge } from "@countersign/core/adapter";
import getRawBody from "raw-body";

/** Where a body may be found, and what to advise where it is not. */
export interface BodyPlace {
  /** Where a parser in front leaves what it has read. Default: the request itself. */
  readonly parsed?: { readonly rawBody?: unknown; readonly body?: unknown } | undefined;
  /** What is left to be read, where something in front has replaced it. Default: the request itself. */
  readonly stream?: Readable | undefined;
  /** Which line to change when a parser in front has kept no bytes. */
  readonly advice?: string | undefined;
}

const INFLATE_BY_ENCODING: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The bytes of a request's body: from the stream, or from where a parser in front has kept them (`rawBody` as a Buffer or as
 * UTF-8 text, `body` as a Buffer).
 *
 * @throws `body_already_read` where a parser has read the stream and kept no bytes; `body_too_large`, `body_timeout`,
 *   `body_aborted`, `body_encoding_unsupported`
 */
export async function readBody(
  req: IncomingMessage,
  limits: BodyLimits,
  {
    parsed = req as BodyPlace["parsed"],
    stream = req,
    advice = expressAdvice(req),
  }: BodyPlace = {},
): Promise<Uint8Array> {
  const kept = keptBytes(req, parsed, advice);
  if (kept !== undefined) {
    if (kept.length > limits.maxBodyBytes) throw tooLarge(limits);
    return kept;
  }
  if (stream.readableDidRead || stream.readableEnded) throw alreadyRead(advice);
  if (req.destroyed && !req.complete) throw bodyAborted(req.errored);
  return readStream(req, stream, limits, advice);
}

function keptBytes(
  req: IncomingMessage,
  { rawBody, body }: NonNullable<BodyPlace["parsed"]> = {},
  advice: string,
): Uint8Array | undefined {
  if (rawBody instanceof Uint8Array) return rawBody;
  if (typeof rawBody === "string") {
    // As Paradym's own example keeps it: the text of a body that is UTF-8 has the same bytes.
    const bytes = Buffer.from(rawBody, "utf8");
    const { "content-length": length, "content-encoding": encoding } = req.headers;
    if (encoding === undefined && length !== undefined && Number(length) !== bytes.length) {
      throw new WebhookError(
        "body_already_read",
        `rawBody is text of ${bytes.length} bytes, and ${length} bytes were sent: it was written anew (JSON.stringify(req.body) is not what was sent), or the body is not UTF-8, or its byte order mark was taken off. Keep the bytes that came, as a Buffer. ${advice}`,
      );
    }
    return bytes;
  }
  return body instanceof Uint8Array ? body : undefined;
}

async function readStream(
  req: IncomingMessage,
  source: Readable,
  limits: BodyLimits,
  advice: string,
): Promise<Uint8Array> {
  const encoding = req.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  const plain = encoding === "identity" || encoding === "";
  const stream = plain ? source : inflated(req, source, encoding);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(bodyTimeout(limits)), limits.bodyTimeoutMs);
  });
  const read = getRawBody(stream, {
    limit: limits.maxBodyBytes,
    length: plain && source === req ? (req.headers["content-length"] ?? null) : null,
  });
  try {
    return await Promise.race([read, late]);
  } catch (error) {
    read.catch(() => {});
    // Whatever is still to come is not for us; the answer decides what becomes of the connection.
    source.unpipe();
    source.pause();
    if (stream !== source) stream.destroy();
    throw asWebhookError(error, limits, advice);
  } finally {
    clearTimeout(timer);
  }
}

function inflated(req: IncomingMessage, source: Readable, encoding: string): Readable {
  const inflate = Object.hasOwn(INFLATE_BY_ENCODING, encoding)
    ? INFLATE_BY_ENCODING[encoding]
    : undefined;
  if (inflate === undefined) {
    throw new WebhookError(
      "body_encoding_unsupported",
      `The body's content encoding "${encoding.slice(0, 20)}" is none of gzip, deflate and br.`,
    );
  }
  // The end is told by the inflated stream, which `raw-body` listens to; `req` must outlive its failure, to be answered.
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
    case "stream.encoding.set":
    case "stream.not.readable":
      return alreadyRead(advice, error);
    default:
  }
  return bodyAborted(error);
}

/** Names the parser that has most likely read a body of this content type. */
function expressAdvice({ headers }: IncomingMessage): string {
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers["content-type"] ?? "");
  const parser = isForm ? "express.urlencoded" : "express.json";
  return `Register the webhook route before app.use(${parser}()) or its like, or keep the bytes: ${parser}({ verify: (req, res, buf) => { req.rawBody = buf } }).`;
}

function alreadyRead(advice: string, cause?: unknown): WebhookError {
  return new WebhookError(
    "body_already_read",
    `A body parser in front has read the request and kept no raw bytes, without which a signature can't be checked. ${advice}`,
    { cause },
  );
}
