import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { buildConnector } from "undici";

/** Thrown inside an attempt for an address that may not be connected to. */
export const ADDRESS_BLOCKED = "ERR_COUNTERSIGN_ADDRESS_BLOCKED";

/**
 * All of IPv6 that is given out for hosts on the internet (the IANA registry of global unicast addresses); the rest is special or not in
 * use. In the other half of 2000::/3, 3ffe::/16 was given back (RFC 3701) and 3fff::/20 is for documentation (RFC 9637).
 */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 4];

/** The rules for a URL, checked before anything connects. */
export interface UrlRules {
  readonly allowHttp: boolean;
  readonly allowPrivateAddresses: boolean;
}

/**
 * Tells whether an address is a public one: not loopback, private, link-local (cloud metadata), shared, multicast, reserved, or an IPv6 address
 * that wraps or tunnels an IPv4 one. An IPv4-mapped address counts as the IPv4 address in it.
 *
 * @param address IPv4 or IPv6, as text
 */
export function isPublicAddress(address: string): boolean {
  // Stricter than the library, which reads "1.2.3" as the system would.
  if (isIP(address) === 0) return false;
  // A zone (fe80::1%eth0) names an interface of this machine.
  if (address.includes("%")) return false;
  // It takes ::8.8.8.8 for an IPv4-mapped address, and that is another one.
  if (/^(0*:)+\d+\./.test(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(GLOBAL_IPV6);
}

/**
 * Reads a URL that is to be sent to, as far as the URL alone shows whether it can be: what its name resolves to is checked when it is connected to.
 *
 * @returns the URL; or a sentence for whoever gave it, which says what is against it
 */
export function targetOf(url: string, rules: UrlRules): URL | string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return "This is not an absolute URL.";
  }
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") {
    return `Only https: is delivered to, not ${parsed.protocol}`;
  }
  if (parsed.protocol === "http:" && !rules.allowHttp) {
    return "Only https: is delivered to. To have http: as well, make the sender with allowHttp, or with allowPrivateAddresses for tests.";
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "The URL carries a user name or password, which would not be sent. Leave it out.";
  }
  const host = literalOf(parsed.hostname);
  if (isIP(host) !== 0 && !rules.allowPrivateAddresses && !isPublicAddress(host)) {
    return `${host} is not a public address.`;
  }
  return parsed;
}

/**
 * A connector that connects to public addresses only. The check is made on the addresses that are about to be connected to, after the name
 * was resolved: a name that resolves to something else a moment later changes nothing.
 *
 * @param options `lookup`: resolves names; `timeoutMs`: until the connection is given up; `ca`: certificates to trust instead of the system's
 */
export function connector(options: {
  readonly allowPrivateAddresses: boolean;
  readonly timeoutMs: number;
  readonly lookup: LookupFunction | undefined;
  readonly ca: string | undefined;
}): buildConnector.connector {
  const { allowPrivateAddresses, timeoutMs, ca, lookup = systemLookup } = options;
  const connect = buildConnector({
    timeout: timeoutMs,
    lookup: allowPrivateAddresses ? lookup : publicOnly(lookup),
    ...(ca !== undefined && { ca }),
  });
  if (allowPrivateAddresses) return connect;
  return (target, callback) => {
    // An address in the URL itself is connected to without a lookup.
    const host = literalOf(target.hostname);
    if (isIP(host) !== 0 && !isPublicAddress(host)) callback(blocked(host, host), null);
    else connect(target, callback);
  };
}

function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname: string, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const addresses: LookupAddress[] = Array.isArray(found)
        ? found
        : [{ address: found, family: isIP(found) }];
      const allowed = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = allowed;
      if (first === undefined) {
        callback(blocked(hostname, addresses.map(({ address }) => address).join(", ")), []);
      } else if (options.all === true) {
        callback(null, allowed);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

function blocked(host: string, addresses: string): NodeJS.ErrnoException {
  return Object.assign(
    new Error(`${host} is not delivered to: ${addresses || "no address"} is not public.`),
    { code: ADDRESS_BLOCKED },
  );
}

/** A host without the brackets of an IPv6 address. */
function literalOf(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}
