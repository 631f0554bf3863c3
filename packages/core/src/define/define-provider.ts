import type { ProviderDefinition } from "../scheme/definition.ts";
import { checkDefinition, checkForm } from "./check-definition.ts";
import { configError } from "../base/errors.ts";
import { piecesOf } from "../grammar/pieces-of.ts";
import { frozenMembers, preset, type Provider } from "../scheme/provider.ts";

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
  checkForm(definition);
  // The copy is what is checked: nothing can change in it afterwards.
  const copy = frozenMembers(definition);
  checkDefinition(copy);
  return preset<Events>(copy, piecesOf(copy));
}
