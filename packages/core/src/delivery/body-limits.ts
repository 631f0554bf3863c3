import { WebhookError } from "../base/errors.ts";
import { type HeadersLike, headerOf } from "./headers.ts";

/** The limits on a body, from the receiver's options. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly inflate: boolean;
}

/** Refuses a body by its headers, before it is read. Throws `body_too_large`, `body_encoding_unsupported`. */
export function checkBodyHeaders(headers: HeadersLike, limits: BodyLimits): void {
  const length = Number(headerOf(headers, "content-length"));
  if (length > limits.maxBodyBytes) throw tooLarge(limits);
  if (limits.inflate || headerOf(headers, "content-encoding") === undefined) return;
  const compression = compressionOf(headers);
  if (compression !== undefined) {
    throw new WebhookError(
      "body_encoding_unsupported",
      `The body is compressed (${compression}). Providers sign what they send, hardly ever compressed. If this one signs what is inside, set inflate: true.`,
    );
  }
}

/** Returns the declared length of the body in bytes; undefined where the headers leave it open: without a length, or compressed. */
export function declaredBodyBytes(headers: HeadersLike): number | undefined {
  if (compressionOf(headers) !== undefined) return undefined;
  const length = headerOf(headers, "content-length") ?? "";
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

/** The codings that compress or encrypt, of the registry of HTTP content codings (https://www.iana.org/assignments/http-parameters). */
const COMPRESSIONS: ReadonlySet<string> = new Set([
  "aes128gcm",
  "br",
  "compress",
  "dcb",
  "dcz",
  "deflate",
  "exi",
  "gzip",
  "pack200-gzip",
  "x-compress",
  "x-gzip",
  "zstd",
]);

/**
 * Returns the compression that `Content-Encoding` names; undefined where it names none.
 *
 * Some senders write there what compresses nothing (`UTF-8`, `none`, `identity, identity`): such words are ignored.
 *
 * @returns in lower case, without `x-`; several behind each other as `gzip, br`
 */
export function compressionOf(headers: HeadersLike): string | undefined {
  const named = (headerOf(headers, "content-encoding") ?? "")
    .toLowerCase()
    .split(",")
    .map((word) => word.trim())
    .filter((word) => COMPRESSIONS.has(word));
  return named.length === 0 ? undefined : named.map((word) => word.replace(/^x-/, "")).join(", ");
}

/** Makes the error of a compression that this runtime can't undo. */
export function encodingUnsupported(compression: string, cause?: unknown): WebhookError {
  return new WebhookError(
    "body_encoding_unsupported",
    `The body's compression (${compression}) can't be inflated here. Ask the provider to send gzip, deflate or nothing of the kind.`,
    { cause },
  );
}

/** Makes the error of a body over the limit. */
export function tooLarge({ maxBodyBytes }: Pick<BodyLimits, "maxBodyBytes">): WebhookError {
  return new WebhookError(
    "body_too_large",
    `The body is larger than ${maxBodyBytes} bytes. If the provider really sends such bodies, raise maxBodyBytes.`,
  );
}

/** Makes the error of a body that did not come in time. */
export function bodyTimeout({ bodyTimeoutMs }: Pick<BodyLimits, "bodyTimeoutMs">): WebhookError {
  return new WebhookError(
    "body_timeout",
    `The body did not arrive within ${bodyTimeoutMs} ms. If the provider is really that slow, raise bodyTimeoutMs.`,
  );
}

/** Makes the error of a body that broke off, or could not be inflated. */
export function bodyAborted(cause: unknown): WebhookError {
  return new WebhookError(
    "body_aborted",
    "The body broke off or could not be inflated: the sender left, or what it sent is damaged.",
    { cause },
  );
}
