import type { ProviderDefinition } from "./definition.ts";
import { configError } from "./errors.ts";
import { schemeOf } from "./scheme.ts";

declare const EVENTS: unique symbol;

/**
 * A checked {@link ProviderDefinition}. `Events` maps each event type to the shape of its body:
 * `{ "invoice.paid": { id: string } }`.
 */
export type Provider<Events extends object = Record<string, unknown>> = ProviderDefinition & {
  /** For the type checker only; never there at run time. */
  readonly [EVENTS]?: Events;
};

/**
 * Checks how a provider signs and freezes it.
 *
 * @param definition what the provider's documentation says, as data
 * @returns the provider, to be passed to `verify`, `sign`, `createReceiver` and every middleware
 * @throws `config_invalid` where the definition contradicts itself, or trusts what the signature does not cover
 * @example
 * ```ts
 * const acme = defineProvider<{ "invoice.paid": { id: string; amount: number } }>({
 *   name: "acme",
 *   signature: {
 *     header: "X-Webhook-Signature",
 *     encoding: "hex",
 *     prefix: "sha256=",
 *     content: "{timestamp}.{body}",
 *   },
 *   timestamp: { header: "X-Webhook-Timestamp", unit: "seconds", of: "attempt" },
 *   id: { body: "/id" },
 *   type: { body: "/type" },
 *   dedup: "id",
 * });
 * ```
 */
export function defineProvider<Events extends object = Record<string, unknown>>(
  definition: ProviderDefinition,
): Provider<Events> {
  if (typeof definition !== "object" || definition === null) {
    throw configError("defineProvider takes a definition object.");
  }
  const provider = freeze(definition);
  schemeOf(provider);
  return provider;
}

/** A frozen deep copy, so that a definition can't change after it was checked. */
function freeze<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => freeze(item))) as T;
  if (typeof value !== "object" || value === null || value instanceof RegExp) return value;
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, freeze(item as unknown)])),
  ) as T;
}
