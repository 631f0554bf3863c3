import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { WebhookError } from "@countersign/core";
import { isHost, requestMalformed } from "@countersign/core/adapter";

/** Facts of a request that a framework knows better than the request itself. */
export interface RequestParts {
  /** `http` or `https`, as the sender used it, from a proxy where it is trusted. Default: by the connection. */
  readonly scheme?: string | undefined;
  /** Host and port as the sender called them, from a proxy where it is trusted. Default: `:authority` of HTTP/2, else `Host`. */
  readonly authority?: string | undefined;
  /** The request target by which the framework routed. Default: `originalUrl`, which mounting frameworks keep, else `url`. */
  readonly target?: string | undefined;
}

/** The URL of a request, or why there is none to be trusted. */
export type RequestUrl =
  | { readonly url: string; readonly malformed?: undefined }
  | { readonly url?: undefined; readonly malformed: WebhookError };

/** RFC 9112, 3.2.2: a request to a proxy names the whole URL. */
const ABSOLUTE_TARGET = /^https?:\/\/([^/?#]*)(.*)$/is;

/** A path and a query of visible ASCII, as RFC 3986 has them. Anything else is trimmed, cut or kept, depending on the parser. */
const PATH_AND_QUERY = /^\/[\x21\x22\x24-\x7e]*$/;

/** Matches paths that a URL parser would change, so that they differ from the one the framework routed by: `\`, `.` and `..` as segments. */
const AMBIGUOUS_PATH = /\\|\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Puts the absolute URL of a request together.
 *
 * Secrets may be looked up by this URL, so a sender must not be able to choose which parts a URL parser sees. Scheme, host and target are
 * checked before they are joined: path and query of the URL are always those that the framework routed by. Anything else is malformed.
 *
 * An absolute target must name the host of the `Host` header: RFC 9112 lets the target win, while frameworks tell handlers of the header.
 *
 * @returns the URL; or a `request_malformed` error for a host that is not `host[:port]`, two hosts that differ, a scheme other than HTTP's,
 *   and a path that a URL parser would rewrite
 */
export function requestUrl(req: IncomingMessage, parts: RequestParts = {}): RequestUrl {
  const encrypted = (req.socket as Partial<TLSSocket> | undefined)?.encrypted === true;
  const scheme = parts.scheme ?? (encrypted ? "https" : "http");
  const { target = (req as { originalUrl?: string }).originalUrl ?? req.url ?? "/" } = parts;
  const { ":authority": authority, host: header = authority } = req.headers;
  // HTTP/1.0 does without a Host.
  const host = String(parts.authority ?? header ?? "localhost");
  const asked: Asked = { scheme, host, target, authority, header };
  // Nearly every request of a route has the same URL, and checking it costs as much as a small HMAC.
  if (last !== undefined && isSameAs(asked, last.asked)) return last.made;
  const made = urlOf(asked);
  if (made.malformed === undefined) last = { asked, made };
  return made;
}

/** All that the URL of a request is made of. */
interface Asked {
  readonly scheme: string;
  readonly host: string;
  readonly target: string;
  readonly authority: string | string[] | undefined;
  readonly header: string | string[] | undefined;
}

let last: { readonly asked: Asked; readonly made: RequestUrl } | undefined;

function isSameAs(one: Asked, other: Asked): boolean {
  return (
    one.scheme === other.scheme &&
    one.host === other.host &&
    one.target === other.target &&
    one.authority === other.authority &&
    one.header === other.header
  );
}

function urlOf({ scheme: given, host, target, authority, header }: Asked): RequestUrl {
  const scheme = given.toLowerCase();
  if (scheme !== "http" && scheme !== "https") {
    return malformed("Its scheme (X-Forwarded-Proto) is neither http nor https.");
  }
  if (authority !== undefined && !isSame(String(authority), String(header))) {
    return malformed("Its :authority is not the host in its Host header.");
  }
  // Some frameworks take what they can from a header that is none: so both are looked at.
  if (!isHost(host) || !isHost(String(header ?? host))) {
    return malformed("Its host is not of the form host[:port].");
  }
  const [, named = host, path = target] = ABSOLUTE_TARGET.exec(target) ?? [];
  if (!isSame(named, host)) {
    return malformed("The host in its request target is not the one in its Host header.");
  }
  if (!PATH_AND_QUERY.test(path) || AMBIGUOUS_PATH.test(path.split("?", 1)[0] ?? "")) {
    return malformed(
      "Its path does not begin with a slash, or has dot segments, a backslash, a fragment or other characters than visible ASCII.",
    );
  }
  return { url: `${scheme}://${host}${path}` };
}

function isSame(host: string, other: string): boolean {
  return host.toLowerCase() === other.toLowerCase();
}

function malformed(why: string): RequestUrl {
  return { malformed: requestMalformed(why) };
}
