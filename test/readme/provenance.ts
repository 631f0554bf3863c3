import type { ProviderDefinition } from "@countersign/core";
import * as presets from "@countersign/core/providers";
import { KNOWN_ANSWERS } from "../vectors/known-answers.ts";
import { PUBLISHED } from "../vectors/published.ts";
import { SCHEME_SOURCES, type SchemeSource } from "./scheme-sources.ts";
import { code, row } from "./table.ts";

/** Where every preset's scheme comes from, and who signed the deliveries that it is tested with. */
export function provenanceTable(): string {
  const rows = Object.entries<ProviderDefinition>(presets).map(([name, preset]) =>
    row([
      code(name),
      preset.docs === undefined ? "–" : `[page](${preset.docs})`,
      checkedAgainst(SCHEME_SOURCES[name]),
      knownAnswerOf(preset),
    ]),
  );
  return `${row(["export", "documentation", "checked against", "known answer"])}
|${" --- |".repeat(4)}
${rows.join("\n")}`;
}

/** How many presets verify a delivery that somebody else published. */
export function publishedCount(): number {
  return Object.values<ProviderDefinition>(presets).filter((preset) => publishedBy(preset)).length;
}

function checkedAgainst({ source, note }: SchemeSource = {}): string {
  const link = source === undefined ? undefined : `[source](${source})`;
  return [link, note].filter((text) => text !== undefined).join(", ") || "–";
}

function knownAnswerOf(preset: ProviderDefinition): string {
  return showsItsSecret(preset) ? "–, as it shows its secret" : (publishedBy(preset) ?? "ours");
}

function showsItsSecret({ signature: { algorithm, covers } }: ProviderDefinition): boolean {
  return algorithm === "token" || algorithm === "basic" || covers?.length === 0;
}

/** Who published a signed delivery of this provider; undefined where all that there is was signed by us. */
function publishedBy(preset: ProviderDefinition): string | undefined {
  const isOf = ({ provider }: { readonly provider: ProviderDefinition }): boolean =>
    provider.name === preset.name;
  const source = PUBLISHED.find(isOf)?.source ?? KNOWN_ANSWERS.find(isOf)?.source ?? "openssl";
  return source.includes("openssl") || showsItsSecret(preset) ? undefined : source;
}
