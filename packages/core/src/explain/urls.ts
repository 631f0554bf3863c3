import type { Delivery } from "../delivery/delivery.ts";
import { headerOf } from "../delivery/headers.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { VerifyOptions } from "../verify/options.ts";
import { quoted } from "./finding.ts";

/** An absolute URL in its parts, as sent: `URL` would rewrite it. */
interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** What proxies say is short; only a forger's headers are not. */
const MAX_LENGTH = 1000;
const MAX_URLS = 200;

const ABSOLUTE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/i;
/** What Node has as `req.url`. */
const RELATIVE = /^()()(\/[^?#]*)(\?[^#]*)?/;

/** What HubSpot decodes before it signs; others decode everything. */
const DECODED_BY_HUBSPOT = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/** Whether a provider signs the URL, or a part of it, or says in each delivery what it signs. */
export function signsUrl({ segments, definition }: Scheme): boolean {
  return (
    definition.signature.signedContent !== undefined ||
    segments.some(({ kind }) => kind === "url" || kind === "path" || kind === "query")
  );
}

/** URLs that the provider may have called, where a proxy shows another: scheme, host, port, path prefix, trailing slash, query. */
export function* urlVariants(
  { publicUrl }: VerifyOptions<never>,
  delivery: Delivery,
): Generator<{ url: string; what: string }> {
  const header = (name: string): string[] => {
    const value = headerOf(delivery.headers, name)?.split(",", 1)[0]?.trim();
    return value && value.length <= MAX_LENGTH ? [value] : [];
  };
  const bases = [delivery.url, typeof publicUrl === "string" ? publicUrl : undefined]
    .map((url) => ABSOLUTE.exec(url ?? "") ?? RELATIVE.exec(url ?? ""))
    .filter((match) => match !== null)
    .map(([, scheme = "", host = "", path = "", query = ""]): UrlParts => ({
      scheme,
      host,
      path,
      query,
    }));
  const [first] = bases;
  if (first === undefined) return;

  const schemes = unique(["https", "http", ...bases.map(({ scheme }) => scheme)]).filter(Boolean);
  // RFC 7239
  const forwarded = header("forwarded").flatMap(
    (value) => /(?:^|;)\s*host\s*=\s*"?([^\s";]+)/i.exec(value)?.[1] ?? [],
  );
  const named = [
    ...header("x-forwarded-host"),
    ...forwarded,
    ...header("x-original-host"),
    ...header("host"),
  ];
  const ports = header("x-forwarded-port");
  const bare = unique([...bases.map(({ host }) => host), ...named].map(withoutPort));
  const hosts = unique([
    ...bases.map(({ host }) => host),
    ...named,
    ...bare,
    ...bases.map(({ host }) => host.toLowerCase()),
    ...bare.map((host) => host.replace(/^www\./, "")),
    ...[...ports, "443"].flatMap((port) => bare.map((host) => `${host}:${port}`)),
  ]).filter((host) => /^[^:]/.test(host));
  const prefixes = header("x-forwarded-prefix").map((prefix) => prefix.replace(/\/$/, ""));
  const whole = [
    ...header("x-forwarded-uri"),
    ...header("x-original-uri"),
    ...header("x-original-url"),
    ...header("x-forwarded-path"),
    ...header("x-envoy-original-path"),
    ...header("x-rewrite-url"),
  ];
  const paths = unique([
    ...bases.map(({ path }) => path),
    ...whole.map((uri) => /^(?:[a-z]+:\/\/[^/]*)?([^?#]*)/i.exec(uri)?.[1] ?? ""),
    ...prefixes.flatMap((prefix) => bases.map(({ path }) => prefix + path)),
  ]).flatMap((path) =>
    unique([path, path.endsWith("/") ? path.slice(0, -1) : `${path}/`, withoutFirstStep(path)]),
  );
  const asSent = unique([
    ...bases.map(({ query }) => query),
    ...whole.map((uri) => /\?[^#]*/.exec(uri)?.[0] ?? ""),
  ]);
  const queries = unique([
    ...asSent,
    "",
    ...asSent.flatMap((query) => queryWritings(query).map(([written]) => written)),
  ]);

  const all: { parts: UrlParts; differs: number }[] = [];
  for (const scheme of schemes) {
    for (const host of hosts) {
      for (const path of unique(paths)) {
        for (const query of queries) {
          const parts = { scheme, host, path, query };
          all.push({ parts, differs: differences(first, parts).length });
        }
      }
    }
  }
  const tried = new Set<string>();
  for (const { parts } of all.toSorted((a, b) => a.differs - b.differs)) {
    const url = `${parts.scheme}://${parts.host}${parts.path}${parts.query}`;
    if (tried.has(url)) continue;
    if (tried.size >= MAX_URLS) return;
    tried.add(url);
    yield { url, what: differences(first, parts).join(" and ") || "as it arrived, not publicUrl" };
  }
}

function differences(seen: UrlParts, signed: UrlParts): string[] {
  const found: string[] = [];
  const isRelative = seen.host === "";
  const seenHost = withoutCredentials(seen.host);
  const host = withoutCredentials(signed.host);
  if (isRelative) found.push(`with ${quoted(`${signed.scheme}://${host}`)} before it`);
  if (!isRelative && seen.scheme !== signed.scheme)
    found.push(`with ${quoted(signed.scheme)} instead of ${quoted(seen.scheme)}`);
  if (!isRelative && seenHost !== host)
    found.push(`with the host ${quoted(host)} instead of ${quoted(seenHost)}`);
  else if (!isRelative && seen.host !== signed.host)
    found.push("with other credentials before its host");
  if (seen.path !== signed.path)
    found.push(`with the path ${quoted(signed.path)} instead of ${quoted(seen.path)}`);
  // A query may hold a token.
  if (seen.query !== signed.query)
    found.push(
      signed.query === ""
        ? "with no query"
        : (queryWritings(seen.query).find(([written]) => written === signed.query)?.[1] ??
            "with another query"),
    );
  return found;
}

function decodings(query: string): string[] {
  const found = [query.replace(DECODED_BY_HUBSPOT, decodeURIComponent)];
  try {
    found.push(decodeURIComponent(query));
  } catch {
    // Then nobody could decode it.
  }
  return found.filter((decoded) => decoded !== query);
}

const MAX_PARAMETERS = 20;

/** A name or value of a query, percent-encoded once, whether it was before or not. */
function encoding(text: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(text));
  } catch {
    return text;
  }
}

/** The same query in the ways that frameworks and proxies write it, and what was done. */
function queryWritings(query: string): (readonly [written: string, what: string])[] {
  const parameters = query.slice(1).split("&", MAX_PARAMETERS + 1);
  const found: [string, string][] = decodings(query).map((text) => [
    text,
    "with its query decoded",
  ]);
  if (query.length > 1 && parameters.length <= MAX_PARAMETERS) {
    found.push([`?${parameters.toSorted().join("&")}`, "with its query sorted"]);
    found.push([`?${parameters.toReversed().join("&")}`, "with its query reversed"]);
    const encoded = parameters.map((parameter) => parameter.split("=").map(encoding).join("="));
    found.push([`?${encoded.join("&")}`, "with its query encoded"]);
    for (const place of parameters.keys()) {
      const others = parameters.filter((_, index) => index !== place);
      const written = others.length === 0 ? "" : `?${others.join("&")}`;
      found.push([written, "without one parameter of its query, which was added"]);
    }
  }
  found.push([query.replaceAll("%20", "+"), 'with "+" in its query, which became "%20"']);
  found.push([query.replaceAll("+", "%20"), 'with "%20" in its query, which became "+"']);
  return found.filter(([written]) => written !== query);
}

function withoutCredentials(host: string): string {
  return host.slice(host.lastIndexOf("@") + 1);
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}

function withoutFirstStep(path: string): string {
  return path.replace(/^\/[^/]*(?=\/)/, "");
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
