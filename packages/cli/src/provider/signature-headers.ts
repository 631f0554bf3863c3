import type { ProviderDefinition } from "@countersign/core";

/** Returns the headers that carry a provider's signature; none if it stands elsewhere. */
export function signatureHeaders({ signature }: ProviderDefinition): readonly string[] {
  const places: readonly unknown[] = [signature.header].flat();
  return places.filter((name) => typeof name === "string");
}
