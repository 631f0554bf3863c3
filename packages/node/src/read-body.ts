import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { WebhookError } from "@countersign/core";
import { type BodyLimits, bodyTimeout, tooLarge } from "@countersign/core/adapter";
import getRawBody from "raw-body";

/** How a parser in front of the receiver may have left the body on the request. */
export type ParsedRequest = IncomingMessage & {
  readonly rawBody?: unknown;
  readonly body?: unknown;
};

const INFLATE_BY_ENCODING: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The bytes of a request's body: from the stream, or from where a parser in front has kept them (`req.rawBody` as a Buffer or as
 * UTF-8 text, `req.body` as a Buffer).
 *
 * @throws `body_already_read` where a parser has read the stream and kept no bytes; `body_too_large`, `body_timeout`,
 *   `body_aborted`, `body_encoding_unsupported`
 */
export async function readBody(req: ParsedRequest, limits: BodyLimits): Promise<Uint8Array> {
  const kept = keptBytes(req);
  if (kept !== undefined) {
    if (kept.length > limits.maxBodyBytes) throw tooLarge(limits);
    return kept;
  }
  if (req.readableDidRead || req.readableEnded) throw alreadyRead();
  return readStream(req, limits);
}

function keptBytes({ rawBody, body }: ParsedRequest): Uint8Array | undefined {
  if (rawBody instanceof Uint8Array) return rawBody;
  // As Paradym's own example keeps it: the text of a body that is UTF-8 has the same bytes.
  if (typeof rawBody === "string") return Buffer.from(rawBody, "utf8");
  return body instanceof Uint8Array ? body : undefined;
}

async function readStream(req: IncomingMessage, limits: BodyLimits): Promise<Uint8Array> {
  const encoding = req.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  const plain = encoding === "identity" || encoding === "";
  const stream = plain ? req : inflated(req, encoding);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(bodyTimeout(limits)), limits.bodyTimeoutMs);
  });
  const read = getRawBody(stream, {
    limit: limits.maxBodyBytes,
    length: plain ? (req.headers["content-length"] ?? null) : null,
  });
  try {
    return await Promise.race([read, late]);
  } catch (error) {
    read.catch(() => {});
    // Whatever is still to come is not for us; the answer decides what becomes of the connection.
    req.unpipe();
    req.pause();
    if (stream !== req) stream.destroy();
    throw asWebhookError(error, limits);
  } finally {
    clearTimeout(timer);
  }
}

function inflated(req: IncomingMessage, encoding: string): Readable {
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
  req.once("error", (error) => stream.destroy(error));
  req.once("aborted", () => stream.destroy(new Error("request aborted")));
  return req.pipe(stream);
}

function asWebhookError(error: unknown, limits: BodyLimits): WebhookError {
  if (error instanceof WebhookError) return error;
  switch ((error as { type?: string }).type) {
    case "entity.too.large":
      return tooLarge(limits);
    case "stream.encoding.set":
    case "stream.not.readable":
      return alreadyRead(error);
    default:
  }
  return new WebhookError(
    "body_aborted",
    "The body broke off or could not be inflated: the sender left, or what it sent is damaged.",
    { cause: error },
  );
}

function alreadyRead(cause?: unknown): WebhookError {
  return new WebhookError(
    "body_already_read",
    "A body parser in front has read the request and kept no raw bytes, without which a signature can't be checked. " +
      "Register the webhook route before app.use(express.json()) or its like, or keep the bytes: express.json({ verify: (req, res, buf) => { req.rawBody = buf } }).",
    { cause },
  );
}
