import { WebhookError } from "@countersign/core";
import {
  bodyAborted,
  type BodyLimits,
  bodyTimeout,
  readBody,
  tooLarge,
} from "@countersign/core/adapter";
import type { Context } from "hono";
import { isOnNode, takeBody, unreadIncoming } from "./node-server.ts";

/**
 * Reads the body: from the stream, or from where Hono keeps it since something in front has read it. `c.req` can give it again afterwards.
 *
 * @throws `body_already_read` where only its text was kept; `body_too_large`, `body_timeout`, `body_aborted`
 */
export async function bodyOf(c: Context, limits: BodyLimits): Promise<Uint8Array> {
  const request = c.req;
  const { raw } = request;
  // Hono's own type leaves the promises out.
  const bodyCache = request.bodyCache as unknown as {
    arrayBuffer?: Promise<ArrayBuffer>;
    blob?: Promise<Blob>;
  };
  const kept = bodyCache.arrayBuffer ?? bodyCache.blob?.then((blob) => blob.arrayBuffer());
  if (kept !== undefined) {
    const bytes = new Uint8Array(await kept);
    if (bytes.length > limits.maxBodyBytes) throw tooLarge(limits);
    return bytes;
  }
  // Text is not taken for the bytes: decoding has dropped a byte order mark, and replaced what was not UTF-8.
  if (Object.keys(bodyCache).length > 0) throw alreadyRead();
  let bytes: Uint8Array | undefined;
  const incoming = unreadIncoming(c);
  if (incoming !== undefined) {
    // A body that came in one piece with its headers is there by then.
    await Promise.resolve();
    bytes = takeBody(incoming, limits);
  }
  bytes ??= await readRequest(c, raw, limits);
  // Also where the `Request` still has it: Hono would make the bytes of the text once that was asked for, and reads none of a GET.
  bodyCache.arrayBuffer = Promise.resolve(wholeBuffer(bytes));
  return bytes;
}

function readRequest(c: Context, raw: Request, limits: BodyLimits): Promise<Uint8Array> {
  if (raw.bodyUsed) throw alreadyRead();
  return isOnNode(c) && isBounded(raw, limits) ? readAtOnce(raw, limits) : readBody(raw, limits);
}

function alreadyRead(): WebhookError {
  return new WebhookError(
    "body_already_read",
    "Something in front has read the body as text or JSON, and a signature can't be checked on that. Put webhook() before it, or have it read c.req.arrayBuffer() first.",
  );
}

/**
 * Tells whether the declared length keeps a body within the limit. Node's HTTP parser hands out no more bytes than that, and refuses a
 * request that has a `Transfer-Encoding` besides. What is inflated can be longer.
 */
function isBounded({ headers }: Request, { maxBodyBytes, inflate }: BodyLimits): boolean {
  const length = headers.get("content-length") ?? "";
  return (
    /^\d+$/.test(length) &&
    Number(length) <= maxBodyBytes &&
    !(inflate && headers.get("content-encoding") !== null)
  );
}

/** Reads without a stream: on Node the stream of a `Request` costs more than all of verification. */
function readAtOnce(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(bodyTimeout(limits)), limits.bodyTimeoutMs);
    request.arrayBuffer().then(
      (buffer) => {
        clearTimeout(timer);
        if (buffer.byteLength > limits.maxBodyBytes) reject(tooLarge(limits));
        else resolve(new Uint8Array(buffer));
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(bodyAborted(error));
      },
    );
  });
}

function wholeBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes;
  // Not `slice`, which copies nothing of a `Buffer`.
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length
    ? buffer
    : new Uint8Array(bytes).buffer;
}
