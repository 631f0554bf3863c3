import { WebhookError } from "@countersign/core";
import { type BodyLimits, readBody, tooLarge } from "@countersign/core/adapter";
import type { HonoRequest } from "hono";

/**
 * Reads the body: from the stream, or from where Hono keeps it since something in front has read it. `c.req` can give it again afterwards.
 *
 * @throws `body_already_read` where only its text was kept; `body_too_large`, `body_timeout`, `body_aborted`
 */
export async function bodyOf(request: HonoRequest, limits: BodyLimits): Promise<Uint8Array> {
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
  if (raw.bodyUsed || Object.keys(bodyCache).length > 0) {
    throw new WebhookError(
      "body_already_read",
      "Something in front has read the body as text or JSON, and a signature can't be checked on that. Put webhook() before it, or have it read c.req.arrayBuffer() first.",
    );
  }
  const bytes = await readBody(raw, limits);
  bodyCache.arrayBuffer = Promise.resolve(wholeBuffer(bytes));
  return bytes;
}

function wholeBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length
    ? buffer
    : bytes.slice().buffer;
}
