import { toHex } from "../base/bytes.ts";
import type { PreparedSecret } from "../secrets/secret.ts";
import type { ClaimStore } from "../claims/claim-store.ts";
import type { Warning } from "../base/warning.ts";

/** Receivers may be made with every request, for any number of tenants: what is remembered of them is bounded. */
const MAX_ENDPOINTS = 1000;
const MAX_SECRETS = 100;

/** The secrets that were seen under each endpoint; none are kept where a warning was given. */
const secretsByStore = new WeakMap<ClaimStore, Map<string, Set<string> | "warned">>();

/**
 * Notes who uses a store under which endpoint; a warning, once, where another receiver does so with other secrets: events of the one
 * could then count as duplicates of the other's. Receivers that have a secret in common are taken for one endpoint in rotation.
 */
export function noteEndpoint(
  store: ClaimStore,
  endpoint: string,
  secrets: readonly PreparedSecret[],
): Warning | undefined {
  let endpoints = secretsByStore.get(store);
  if (endpoints === undefined) {
    endpoints = new Map<string, Set<string> | "warned">();
    secretsByStore.set(store, endpoints);
  }
  const known = endpoints.get(endpoint);
  if (known === "warned") return undefined;
  // By value: a key is prepared anew for another copy of a provider, or once many others were used.
  const values = secrets.map(({ key }) => toHex(key.secret));
  if (known === undefined) {
    if (endpoints.size < MAX_ENDPOINTS) endpoints.set(endpoint, new Set(values));
    return undefined;
  }
  if (values.some((value) => known.has(value))) {
    for (const value of values) if (known.size < MAX_SECRETS) known.add(value);
    return undefined;
  }
  if (known.size >= MAX_SECRETS) return undefined;
  endpoints.set(endpoint, "warned");
  return {
    code: "endpoint_shared",
    message: `Two receivers with different secrets share a store and the endpoint "${endpoint}": an event of the one can count as a duplicate of the other's. Give each an \`endpoint\` of its own.`,
  };
}
