import type { Provider, ProviderDefinition } from "@countersign/core";
import * as presets from "@countersign/core/providers";

/** What a page says of a preset. */
export interface ProviderPage {
  /** The name of the export. */
  readonly name: string;
  /** The page's path, below `providers/`. */
  readonly page: string;
  readonly header: string;
  readonly tolerance: string;
  readonly dedup: string;
  readonly definition: ProviderDefinition;
}

/** Every preset, in the order of the alphabet. */
export const providerPages: readonly ProviderPage[] = Object.entries<Provider<never>>(presets)
  .map(([name, definition]) => ({
    name,
    page: definition.name,
    header: [definition.signature.header ?? []].flat().join(", "),
    tolerance: toleranceOf(definition),
    dedup: definition.dedup,
    definition,
  }))
  .toSorted((left, right) => left.name.localeCompare(right.name));

function toleranceOf({ timestamp }: ProviderDefinition): string {
  if (timestamp === undefined || timestamp.unsigned === true) return "no signed time";
  if (timestamp.of === "event")
    return "the time of the event; checked where you set toleranceSeconds";
  return `± ${timestamp.toleranceSeconds ?? 300} s`;
}
