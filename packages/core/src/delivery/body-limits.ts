import { WebhookError } from "../base/errors.ts";
import { type HeadersLike, headerOf } from "./headers.ts";

/** What a body may be like. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly inflate: boolean;
}

/** Refuses what the headers say about the body, before it is read. */
export function checkBodyHeaders(headers: HeadersLike, limits: BodyLimits): void {
  const length = Number(headerOf(headers, "content-length"));
  if (length > limits.maxBodyBytes) throw tooLarge(limits);
  if (isCompressed(headers) && !limits.inflate) {
    throw new WebhookError(
      "body_encoding_unsupported",
      "The body is compressed. Providers sign what they send, hardly ever compressed; if this one signs what is inside, set inflate: true.",
    );
  }
}

/** How long the body will be, in bytes; undefined where the headers leave it open: without a length, or compressed. */
export function declaredBodyBytes(headers: HeadersLike): number | undefined {
  if (isCompressed(headers)) return undefined;
  const length = headerOf(headers, "content-length") ?? "";
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

function isCompressed(headers: HeadersLike): boolean {
  const encoding = headerOf(headers, "content-encoding")?.trim().toLowerCase() ?? "identity";
  return encoding !== "" && encoding !== "identity";
}

/** The body is over the limit. */
export function tooLarge({ maxBodyBytes }: Pick<BodyLimits, "maxBodyBytes">): WebhookError {
  return new WebhookError(
    "body_too_large",
    `The body is larger than ${maxBodyBytes} bytes. If the provider really sends such bodies, raise maxBodyBytes.`,
  );
}

/** The body did not come in time. */
export function bodyTimeout({ bodyTimeoutMs }: Pick<BodyLimits, "bodyTimeoutMs">): WebhookError {
  return new WebhookError(
    "body_timeout",
    `The body did not arrive within ${bodyTimeoutMs} ms. If the provider is really that slow, raise bodyTimeoutMs.`,
  );
}

/** The body did not come to its end, or was none when inflated. */
export function bodyAborted(cause: unknown): WebhookError {
  return new WebhookError(
    "body_aborted",
    "The body broke off or could not be inflated: the sender left, or what it sent is damaged.",
    { cause },
  );
}
