import type { HmacKey } from "./hmac/backend.ts";
import type { PreparedSecret } from "./secret.ts";
import type { ClaimStore } from "./store.ts";
import type { Warning } from "./warning.ts";

const keysByStore = new WeakMap<ClaimStore, Map<string, Set<HmacKey>>>();

/**
 * Notes who uses a store under which endpoint; a warning where another receiver does so with other secrets: events of the one
 * could then count as duplicates of the other's. Receivers that have a secret in common are taken for one endpoint in rotation.
 */
export function noteEndpoint(
  store: ClaimStore,
  endpoint: string,
  secrets: readonly PreparedSecret[],
): Warning | undefined {
  let endpoints = keysByStore.get(store);
  if (endpoints === undefined) {
    endpoints = new Map<string, Set<HmacKey>>();
    keysByStore.set(store, endpoints);
  }
  const known = endpoints.get(endpoint);
  // Keys are prepared once for each value: the same secret is the same object.
  const keys = secrets.map(({ key }) => key);
  endpoints.set(endpoint, new Set([...(known ?? []), ...keys]));
  if (known === undefined || keys.some((key) => known.has(key))) return undefined;
  return {
    code: "endpoint_shared",
    message: `Two receivers with different secrets share a store and the endpoint "${endpoint}": an event of the one can count as a duplicate of the other's. Give each an \`endpoint\` of its own.`,
  };
}
