import type { Delivery } from "../delivery/delivery.ts";
import { headerOf } from "../delivery/headers.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { VerifyOptions } from "../verify/options.ts";
import { quoted } from "./finding.ts";
import { queryWritings } from "./queries.ts";

/** An absolute URL in its parts, as sent: `URL` would rewrite it. */
interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** The headers of proxies are short; only a forger's are not. */
const MAX_LENGTH = 1000;
const MAX_URLS = 200;

const ABSOLUTE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/i;
/** Node's `req.url`. */
const RELATIVE = /^()()(\/[^?#]*)(\?[^#]*)?/;

/** The headers in which proxies pass on what they received. */
const HOST_HEADERS = ["x-forwarded-host", "forwarded", "x-original-host", "host"];
const URI_HEADERS = [
  "x-forwarded-uri",
  "x-original-uri",
  "x-original-url",
  "x-forwarded-path",
  "x-envoy-original-path",
  "x-rewrite-url",
];

/** Tells whether a provider signs the URL, or a part of it, or says in each delivery what it signs. */
export function signsUrl({ segments, definition }: Scheme): boolean {
  return (
    definition.signature.signedContent !== undefined ||
    segments.some(({ kind }) => kind === "url" || kind === "path" || kind === "query")
  );
}

/**
 * URLs that the provider may have called, where a proxy shows another: scheme, host, port, path prefix, trailing slash, query. Those that
 * differ in few parts come first.
 */
export function* urlVariants(
  { publicUrl }: VerifyOptions<never>,
  delivery: Delivery,
): Generator<{ url: string; what: string }> {
  const bases = [delivery.url, publicUrl]
    .map((url) => (typeof url === "string" ? url : ""))
    .map((url) => ABSOLUTE.exec(url) ?? RELATIVE.exec(url))
    .filter((match) => match !== null)
    .map(([, scheme = "", host = "", path = "", query = ""]) => ({ scheme, host, path, query }));
  const [first] = bases;
  if (first === undefined) return;
  const given = (names: readonly string[]): string[] =>
    names.flatMap((name) => {
      const value = headerOf(delivery.headers, name)?.split(",", 1)[0]?.trim();
      return value && value.length <= MAX_LENGTH ? [value] : [];
    });
  const uris = given(URI_HEADERS);
  const tried = new Set<string>();
  for (const parts of fewChangesFirst(
    unique(["https", "http", ...bases.map(({ scheme }) => scheme)]).filter(Boolean),
    hostsOf(bases, given(HOST_HEADERS), given(["x-forwarded-port"])),
    pathsOf(bases, uris, given(["x-forwarded-prefix"])),
    queriesOf(bases, uris),
    first,
  )) {
    const url = `${parts.scheme}://${parts.host}${parts.path}${parts.query}`;
    if (tried.has(url)) continue;
    if (tried.size >= MAX_URLS) return;
    tried.add(url);
    yield { url, what: differences(first, parts).join(" and ") || "as it arrived, not publicUrl" };
  }
}

function hostsOf(
  bases: readonly UrlParts[],
  headers: readonly string[],
  ports: readonly string[],
): string[] {
  const own = bases.map(({ host }) => host);
  // `forwarded` has it among others (RFC 7239).
  const named = headers.map(
    (value) => /(?:^|;)\s*host\s*=\s*"?([^\s";]+)/i.exec(value)?.[1] ?? value,
  );
  const bare = unique([...own, ...named].map((host) => host.replace(/:\d+$/, "")));
  return unique([
    ...own,
    ...named,
    ...bare,
    ...own.map((host) => host.toLowerCase()),
    ...bare.map((host) => host.replace(/^www\./, "")),
    ...[...ports, "443"].flatMap((port) => bare.map((host) => `${host}:${port}`)),
  ]).filter((host) => /^[^:;=][^;=]*$/.test(host));
}

function pathsOf(
  bases: readonly UrlParts[],
  uris: readonly string[],
  prefixes: readonly string[],
): string[] {
  const own = bases.map(({ path }) => path);
  const whole = unique([
    ...own,
    ...uris.map((uri) => /^(?:[a-z]+:\/\/[^/]*)?([^?#]*)/i.exec(uri)?.[1] ?? ""),
    ...prefixes.flatMap((prefix) => own.map((path) => prefix.replace(/\/$/, "") + path)),
  ]);
  return unique(
    whole.flatMap((path) => [
      path,
      path.endsWith("/") ? path.slice(0, -1) : `${path}/`,
      // Without its first step.
      path.replace(/^\/[^/]*(?=\/)/, ""),
    ]),
  );
}

function queriesOf(bases: readonly UrlParts[], uris: readonly string[]): string[] {
  const asSent = unique([
    ...bases.map(({ query }) => query),
    ...uris.map((uri) => /\?[^#]*/.exec(uri)?.[0] ?? ""),
  ]);
  return unique([
    ...asSent,
    "",
    ...asSent.flatMap((query) => queryWritings(query).map(([written]) => written)),
  ]);
}

/** Combines schemes, hosts, paths and queries: first what differs from the URL as it arrived in one part, then in two … */
function* fewChangesFirst(
  schemes: readonly string[],
  hosts: readonly string[],
  paths: readonly string[],
  queries: readonly string[],
  first: UrlParts,
): Generator<UrlParts> {
  for (let changes = 0; changes <= 4; changes++) {
    for (const scheme of schemes) {
      for (const host of hosts) {
        for (const path of paths) {
          for (const query of queries) {
            const parts = { scheme, host, path, query };
            if (changesOf(first, parts) === changes) yield parts;
          }
        }
      }
    }
  }
}

function changesOf(a: UrlParts, b: UrlParts): number {
  return (
    Number(a.scheme !== b.scheme) +
    Number(a.host !== b.host) +
    Number(a.path !== b.path) +
    Number(a.query !== b.query)
  );
}

function differences(seen: UrlParts, signed: UrlParts): string[] {
  const found: string[] = [];
  const seenHost = withoutCredentials(seen.host);
  const host = withoutCredentials(signed.host);
  if (seen.host === "") found.push(`with ${quoted(`${signed.scheme}://${host}`)} before it`);
  else {
    if (seen.scheme !== signed.scheme)
      found.push(`with ${quoted(signed.scheme)} instead of ${quoted(seen.scheme)}`);
    if (seenHost !== host)
      found.push(`with the host ${quoted(host)} instead of ${quoted(seenHost)}`);
    else if (seen.host !== signed.host) found.push("with other credentials before its host");
  }
  if (seen.path !== signed.path)
    found.push(`with the path ${quoted(signed.path)} instead of ${quoted(seen.path)}`);
  // A query may hold a token.
  if (seen.query !== signed.query) {
    const how = queryWritings(seen.query).find(([written]) => written === signed.query)?.[1];
    found.push(signed.query === "" ? "with no query" : (how ?? "with another query"));
  }
  return found;
}

function withoutCredentials(host: string): string {
  return host.slice(host.lastIndexOf("@") + 1);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
