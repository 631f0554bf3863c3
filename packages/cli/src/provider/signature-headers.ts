import type { ProviderDefinition } from "@countersign/core";

/** Returns the headers that carry a provider's signature; none if it stands elsewhere. */
export function signatureHeaders({ signature }: ProviderDefinition): readonly string[] {
  const { header = [] }: { readonly header?: string | readonly string[] } = signature;
  return [header].flat();
}
