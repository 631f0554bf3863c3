import type { ProviderDefinition } from "./definition.ts";
import type { Grammar } from "./scheme.ts";

declare const EVENTS: unique symbol;

/**
 * A checked {@link ProviderDefinition}: a preset, or what `defineProvider` returned. `Events` maps each event type to the shape
 * of its body: `{ "invoice.paid": { id: string } }`.
 */
export type Provider<Events extends object = Record<string, unknown>> = ProviderDefinition & {
  /** For the type checker only; never there at run time. */
  readonly [EVENTS]: Events;
};

/**
 * Any provider, whatever its events: what a list of several is made of.
 *
 * @example
 * ```ts
 * import type { AnyProvider } from "@countersign/core";
 *
 * const providers: AnyProvider[] = [github, stripe];
 * const secrets = new Map([["github", secret], ["stripe", secret]]);
 * const receivers = providers.map((provider) => createReceiver({ provider, secret: secrets.get(provider.name) ?? "" }));
 * ```
 */
export type AnyProvider = Provider<object>;

/** The events of a provider's type (`typeof github`); what is no provider is taken for a map of events itself. */
export type EventsOf<Of extends object> = Of extends {
  readonly [EVENTS]: infer Events extends object;
}
  ? Events
  : Of;

/** One symbol for all copies of this package, whose presets may meet in one program; the number is the version of {@link Grammar}. */
const GRAMMAR: unique symbol = Symbol.for("countersign.grammar.1") as never;

/**
 * Makes a provider of a definition that is valid already: a frozen deep copy, which stays so.
 *
 * It is marked by its grammar, which is not enumerable: a definition into which a preset is spread has to be checked again.
 *
 * @param pieces the pieces of the grammar that the definition uses
 */
export function preset<Events extends object = Record<string, unknown>>(
  definition: ProviderDefinition,
  ...pieces: Grammar[]
): Provider<Events> {
  const provider = frozenMembers(definition);
  const value = joined(pieces);
  return Object.freeze(
    Object.defineProperty(provider, GRAMMAR, { value }),
  ) as unknown as Provider<Events>;
}

/** Puts pieces together. No two of a definition have the same function, so that their order says nothing. */
export function joined(pieces: readonly Grammar[]): Grammar {
  return Object.assign({}, ...pieces) as Grammar;
}

/** The grammar of a provider; undefined where it is a definition that nothing has checked. */
export function grammarOf(
  provider: (object & { readonly [GRAMMAR]?: Grammar }) | undefined,
): Grammar | undefined {
  return provider?.[GRAMMAR];
}

/** A copy whose members are frozen to their depth. */
export function frozenMembers<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, frozen(item)])) as T;
}

function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.freeze(Array.isArray(value) ? value.map(frozen) : frozenMembers(value));
}
