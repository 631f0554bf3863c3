import { after, type Awaitable } from "../base/awaitable.ts";
import type { Warning } from "../base/warning.ts";
import type { ClaimStore } from "../claims/claim-store.ts";
import type { PreparedSecret } from "../secrets/secret.ts";
import * as backend from "#crypto";

/** Receivers may be made with every request, for any number of tenants: what is remembered of them is bounded. */
const MAX_ENDPOINTS = 1000;
const MAX_SECRETS = 100;

/** Digests of the secrets that were seen under each endpoint, never the secrets; none are kept where a warning was given. */
const digestsByStore = new WeakMap<ClaimStore, Map<string, Set<string> | "warned">>();

/**
 * Notes who uses a store under which endpoint.
 *
 * @returns a warning, once, where another receiver does so with other secrets: events of the one could then count as duplicates of the
 *   other's. Receivers that have a secret in common count as one endpoint in rotation
 */
export function noteEndpoint(
  store: ClaimStore,
  endpoint: string,
  secrets: readonly PreparedSecret[],
): Awaitable<Warning | undefined> {
  // By value: a key is prepared anew for another copy of a provider, or once many others were used.
  const digests = secrets.map(({ key }) => backend.sha256(key.secret, "base64"));
  const known = backend.synchronous
    ? (digests as string[])
    : Promise.all(digests as Promise<string>[]);
  return after(known, (values) => noteDigests(store, endpoint, values));
}

function noteDigests(
  store: ClaimStore,
  endpoint: string,
  values: readonly string[],
): Warning | undefined {
  let endpoints = digestsByStore.get(store);
  if (endpoints === undefined) {
    endpoints = new Map<string, Set<string> | "warned">();
    digestsByStore.set(store, endpoints);
  }
  const known = endpoints.get(endpoint);
  if (known === "warned") return undefined;
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
