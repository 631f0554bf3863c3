import { type ClaimStore, memoryStore, type MemoryStore } from "@countersign/core";

/**
 * One bounded memory store, and a view of it for each tenant. What a view remembers is there also for a later view of the same tenant, and
 * for no other: the store's keys begin with a digest of what tells the tenants apart, since that has a secret in it.
 */
export function tenantStores(): (tenant: string) => ClaimStore {
  const store = memoryStore();
  return (tenant) => viewOf(store, tenant);
}

function viewOf(store: MemoryStore, tenant: string): ClaimStore {
  let digest: Promise<string> | undefined;
  const own = async (key: string): Promise<string> => `${await (digest ??= sha256(tenant))} ${key}`;
  return {
    // With `evicted`, by which the receiver sees that it is in memory.
    ...store,
    claim: async (key, options) => store.claim(await own(key), options),
    extend: async (key, options) => store.extend(await own(key), options),
    complete: async (key, options) => store.complete(await own(key), options),
    release: async (key, options) => store.release(await own(key), options),
  };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
