import { WebhookError } from "../base/errors.ts";
import { type HeadersLike, headerOf } from "./headers.ts";

/** RFC 3986, 3.2.2, without percent-encoding, which no host name needs; then a port. */
const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** The last text that was a host: nearly every request has the same, and parsing it costs as much as a small HMAC. */
let lastHost = "localhost";

/** Tells whether text is `host[:port]`, and nothing that a URL parser would read otherwise. */
export function isHost(text: string): boolean {
  if (text === lastHost) return true;
  if (!HOST.test(text) || !URL.canParse(`http://${text}`)) return false;
  lastHost = text;
  return true;
}

/**
 * Checks the `Host` header of a request whose URL was put together by somebody else: a Fetch API host may have glued it.
 *
 * @returns a `request_malformed` error where the header is there and is not `host[:port]`
 */
export function malformedHost(headers: HeadersLike): WebhookError | undefined {
  const host = headerOf(headers, "host");
  return host === undefined || isHost(host)
    ? undefined
    : requestMalformed("Its Host header is not of the form host[:port].");
}

/** Makes the error of a request whose URL can't be trusted. */
export function requestMalformed(why: string): WebhookError {
  return new WebhookError(
    "request_malformed",
    `The request has no URL that can be trusted. ${why} If a proxy in front made it so, have it pass on host, scheme and path as they came.`,
  );
}
