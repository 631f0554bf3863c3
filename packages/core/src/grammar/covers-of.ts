import type { ProviderDefinition } from "../scheme/definition.ts";

/** The body, where `covers` does not say that the signature covers the whole of it. */
export function uncoveredBy({ signature }: ProviderDefinition): readonly "body"[] {
  return signature.covers?.includes("body") ? [] : ["body"];
}
