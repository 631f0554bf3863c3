import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { WebhookError } from "@countersign/core";

/** What a framework knows of a request better than the request itself. */
export interface RequestParts {
  /** `http` or `https`, as the sender used it. Default: by the connection. */
  readonly scheme?: string | undefined;
  /** Host and port as the sender called them, from a proxy where it is trusted. Default: `:authority` of HTTP/2, else `Host`. */
  readonly authority?: unknown;
  /** The request target by which the framework routed. Default: `originalUrl`, which mounting frameworks keep, else `url`. */
  readonly target?: string | undefined;
}

/** The URL of a request, or why there is none to be trusted. */
export type RequestUrl =
  | { readonly url: string; readonly malformed?: undefined }
  | { readonly url?: undefined; readonly malformed: WebhookError };

/** RFC 3986, 3.2.2, without percent-encoding, which no host name needs; then a port. */
const AUTHORITY = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** RFC 9112, 3.2.2: a request to a proxy names the whole URL. */
const ABSOLUTE_TARGET = /^https?:\/\/([^/?#]*)(.*)$/is;

/** What a URL parser would take for another path than the one that the framework routed by: `\`, `.` and `..` as segments, a fragment. */
const AMBIGUOUS_PATH = /\\|#|\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Puts the absolute URL of a request together.
 *
 * Secrets may be looked up by this URL, so a sender must not be able to choose which parts a URL parser sees. Host and target are checked
 * before they are joined: path and query of the URL are always those that the framework routed by. Anything else is malformed.
 *
 * @returns the URL; or a `request_malformed` error for a host that is not `host[:port]`, an absolute target whose host is not the `Host`
 *   header's, and a path that a URL parser would rewrite
 */
export function requestUrl(req: IncomingMessage, parts: RequestParts = {}): RequestUrl {
  const encrypted = (req.socket as Partial<TLSSocket> | undefined)?.encrypted === true;
  const { scheme = encrypted ? "https" : "http" } = parts;
  const { target = (req as { originalUrl?: string }).originalUrl ?? req.url ?? "/" } = parts;
  const authority = parts.authority ?? req.headers[":authority"] ?? req.headers.host;
  // HTTP/1.0 does without a Host.
  const host: unknown = authority ?? "localhost";
  if (typeof host !== "string" || !isAuthority(host)) {
    return malformed("Its host is not of the form host[:port].");
  }
  const [, named, rest = target] = ABSOLUTE_TARGET.exec(target) ?? [];
  if (named !== undefined && named.toLowerCase() !== host.toLowerCase()) {
    return malformed("The host in its request target is not the one in its Host header.");
  }
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  if (named === undefined && !target.startsWith("/")) {
    return malformed("Its request target does not begin with a slash.");
  }
  const [pathname = ""] = path.split("?", 1);
  if (AMBIGUOUS_PATH.test(pathname) || path.includes("#")) {
    return malformed("Its path has dot segments, a backslash or a fragment in it.");
  }
  return { url: `${scheme}://${host}${path}` };
}

function isAuthority(host: string): boolean {
  return AUTHORITY.test(host) && URL.canParse(`http://${host}`);
}

function malformed(why: string): RequestUrl {
  return {
    malformed: new WebhookError(
      "request_malformed",
      `The request has no URL that can be trusted. ${why} If a proxy in front made it so, have it pass on Host and path as they came.`,
    ),
  };
}
