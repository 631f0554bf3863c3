import { concat } from "../base/bytes.ts";
import { WebhookError } from "../base/errors.ts";
import {
  bodyAborted,
  type BodyLimits,
  bodyTimeout,
  compressionOf,
  encodingUnsupported,
  tooLarge,
} from "../delivery/body-limits.ts";

/** The members of a `Request` that are read. Azure Functions has them in a class of its own, `HttpRequest`. */
export type FetchRequest = Pick<Request, "bodyUsed" | "headers" | "method" | "url"> & {
  /** A `ReadableStream` of bytes, whose type is not the same in the libraries of browsers, of Node and of hosts. */
  readonly body: { readonly locked: boolean } | null;
};

/**
 * Reads the body of a Fetch API `Request` under the receiver's limits.
 *
 * @throws `body_already_read`, `body_too_large`, `body_timeout`, `body_aborted`, `body_encoding_unsupported`
 */
export async function readBody(request: FetchRequest, limits: BodyLimits): Promise<Uint8Array> {
  const body = unreadBodyOf(request);
  if (body === null) return new Uint8Array();
  const stream = inflated(body, request.headers, limits);
  return collect(stream.getReader(), limits);
}

function unreadBodyOf(request: FetchRequest): Request["body"] {
  try {
    const { body, bodyUsed } = request;
    if (!bodyUsed && body?.locked !== true) return body as Request["body"];
  } catch (cause) {
    // A server that makes its requests lazily can make none of a body that was read.
    throw alreadyRead({ cause });
  }
  throw alreadyRead();
}

function alreadyRead(options?: ErrorOptions): WebhookError {
  return new WebhookError(
    "body_already_read",
    "The request's body was read before, and a signature can't be checked without it. Call handle() first, before request.json(), a validator, or Elysia's parser, which the option parse: \"none\" of the route turns off. The handler gets event.body and event.rawBody.",
    options,
  );
}

function inflated(
  body: ReadableStream<Uint8Array>,
  headers: Headers,
  { inflate }: BodyLimits,
): ReadableStream<Uint8Array> {
  const compression = inflate ? compressionOf(headers) : undefined;
  if (compression === undefined) return body;
  const format = compression === "br" ? "brotli" : compression;
  try {
    return body.pipeThrough(
      new DecompressionStream(format as CompressionFormat) as ReadableWritablePair<
        Uint8Array,
        Uint8Array
      >,
    );
  } catch (cause) {
    throw encodingUnsupported(compression, cause);
  }
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limits: BodyLimits,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, limits.bodyTimeoutMs);
  try {
    for (;;) {
      // One chunk after the other is what a stream is.
      // oxlint-disable-next-line no-await-in-loop
      const { done, value } = await reader.read();
      if (late) throw bodyTimeout(limits);
      if (done) return concat(chunks);
      length += value.length;
      if (length > limits.maxBodyBytes) throw tooLarge(limits);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof WebhookError) throw error;
    throw late ? bodyTimeout(limits) : bodyAborted(error);
  } finally {
    clearTimeout(timer);
  }
}
