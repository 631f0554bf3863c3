import type { Field, ProviderDefinition } from "./definition.ts";
import { configError, type WebhookError } from "../base/errors.ts";
import { parsePointer } from "../base/json-pointer.ts";
import { grammarOf, type Provider } from "./provider.ts";
import type { Grammar, Scheme, Segment, Source, Uncovered } from "./scheme.ts";

const compiled = new WeakMap<object, Scheme>();

/**
 * The scheme of a provider; made once.
 *
 * @throws `config_invalid` where it is neither a preset nor checked by `defineProvider`
 */
export function schemeOf(provider: Provider<object>): Scheme {
  const known = compiled.get(provider);
  if (known !== undefined) return known;
  const grammar = grammarOf(provider);
  // Nothing is passed over for want of the piece that checks it.
  const isWhole =
    (!provider?.requires || grammar?.checkRequiredHeaders) &&
    (!provider?.timestamp || grammar?.checkFreshness);
  if (!grammar || !isWhole) throw noPreset(provider);
  const scheme = compile(provider, grammar);
  compiled.set(provider, scheme);
  return scheme;
}

function noPreset(given: string | { readonly name?: string } | undefined): WebhookError {
  const problem =
    typeof given === "string"
      ? // Not which: with the arguments the wrong way round it is the secret.
        "is text, not a preset."
      : given
        ? `${given.name} is no preset.`
        : "is missing. Is its import misspelt?";
  return configError(
    `The provider ${problem} Import one: import { github } from "@countersign/core/providers". Pass a definition, or a spread preset, through defineProvider().`,
  );
}

/** Makes a definition ready that is well formed. */
export function compile(definition: ProviderDefinition, grammar: Grammar): Scheme {
  const { header = [], encoding, content, prefix = "" } = definition.signature;
  const id = sourceOf(definition.id);
  const timestamp = sourceOf(definition.timestamp);
  const facts: Uncovered[] = ["id", "type", "timestamp", "body"];
  return {
    definition,
    grammar,
    encoding,
    unit: definition.timestamp?.unit,
    headers: [header].flat().map((name) => name.toLowerCase()),
    prefix,
    segments: grammar.parseTemplate?.(content ?? "{body}", id, timestamp) ?? [{ kind: "body" }],
    id,
    type: sourceOf(definition.type),
    timestamp,
    unsigned: facts.filter((fact) => definition[fact]?.unsigned),
    keys: new Map(),
  };
}

function sourceOf(field: Field | undefined): Source | undefined {
  if (field === undefined) return undefined;
  if ("body" in field) {
    return { kind: "body", name: field.body, pointer: parsePointer(field.body) ?? [] };
  }
  return "header" in field
    ? { kind: "header", name: field.header.toLowerCase() }
    : { kind: "part", name: field.part };
}

/** Tells whether a segment and a source are the same place. */
export function isSame(segment: Segment, source: Source | undefined): boolean {
  return "name" in segment && segment.kind === source?.kind && segment.name === source.name;
}
