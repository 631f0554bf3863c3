import type { IncomingMessage } from "node:http";
import { WebhookError } from "@countersign/core";

/** The places where a parser or a host in front may have left the body. */
export interface ParsedBody {
  readonly rawBody?: unknown;
  readonly body?: unknown;
}

/**
 * Finds the bytes that something in front has kept: `rawBody`, or the `body` of a raw or a text parser.
 *
 * @param places where to look, the nearest first
 * @param advice which line to change
 * @returns undefined where nobody kept any
 * @throws `body_already_read` where what was kept is not what was sent
 */
export function keptBytes(
  req: IncomingMessage,
  places: readonly ParsedBody[],
  advice: string,
): Uint8Array | undefined {
  for (const { rawBody } of places) {
    if (rawBody === undefined || rawBody === null) continue;
    const bytes = bytesOf(rawBody);
    if (bytes === undefined) throw notBytes(rawBody, advice);
    checkWhole(req, rawBody, bytes, "rawBody", advice);
    return bytes;
  }
  for (const { body } of places) {
    // An object is what a parser made of the body; its bytes are gone.
    const bytes = bytesOf(body);
    if (bytes === undefined) continue;
    checkWhole(req, body, bytes, "body", advice);
    return bytes;
  }
  return undefined;
}

/** Reads bytes from every form that has them. The text of a UTF-8 body, as Paradym's own example keeps it, has the same bytes. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return typeof value === "string" ? Buffer.from(value, "utf8") : undefined;
}

/** Compares with the length that was declared. A parser that inflated the body has changed its length; then nothing can be said. */
function checkWhole(
  { headers }: IncomingMessage,
  kept: unknown,
  bytes: Uint8Array,
  name: "rawBody" | "body",
  advice: string,
): void {
  const { "content-length": declared, "content-encoding": encoding } = headers;
  const isEmptied = bytes.length === 0 && headers["transfer-encoding"] !== undefined;
  const isOther = declared !== undefined && Number(declared) !== bytes.length;
  if (encoding !== undefined || (!isEmptied && !isOther)) return;
  const sent = declared === undefined ? "a body was sent in chunks" : `${declared} bytes were sent`;
  const [has, why] =
    typeof kept === "string"
      ? [
          `is text of ${bytes.length} bytes`,
          "it was written anew (JSON.stringify(req.body) is not what was sent), or the body is not UTF-8, or its byte order mark was taken off",
        ]
      : [`has ${bytes.length} bytes`, "it is incomplete, or was changed"];
  throw new WebhookError(
    "body_already_read",
    `req.${name} ${has}, and ${sent}: ${why}. Keep the bytes that came, as a Buffer. ${advice}`,
  );
}

function notBytes(rawBody: unknown, advice: string): WebhookError {
  const kind = Array.isArray(rawBody) ? "an array" : `of the type ${typeof rawBody}`;
  return new WebhookError(
    "body_already_read",
    `req.rawBody is ${kind}, which has no bytes of the body. Keep them as a Buffer, a Uint8Array, an ArrayBuffer or text. ${advice}`,
  );
}
