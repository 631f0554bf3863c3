import type { CustomDefinition, ProviderDefinition } from "../scheme/definition.ts";
import { compile } from "../scheme/compile.ts";
import { coversBody } from "./coverage.ts";
import { checkDefinition, checkForm } from "./check-definition.ts";
import { configError } from "../base/errors.ts";
import { piecesOf } from "../grammar/pieces-of.ts";
import { frozenMembers, joined, preset, type Provider } from "../scheme/provider.ts";

/**
 * Checks how a provider signs and freezes it.
 *
 * @param given what the provider's documentation says, as data
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
  given: ProviderDefinition | CustomDefinition,
): Provider<Events> {
  if (typeof given !== "object" || given === null) {
    throw configError("defineProvider takes a definition object.");
  }
  const definition = withSignature(given);
  checkForm(definition);
  // The copy is what is checked: nothing can change in it afterwards.
  const copy = frozenMembers(definition);
  checkDefinition(copy);
  const pieces = piecesOf(copy);
  const isCovered = coversBody(compile(copy, joined(pieces)));
  return preset<Events>(isCovered ? copy : withUnsignedBody(copy), ...pieces);
}

function withUnsignedBody(definition: ProviderDefinition): ProviderDefinition {
  return { ...definition, body: { ...definition.body, unsigned: true } };
}

/** A function that verifies is one more way to sign. */
function withSignature(given: ProviderDefinition | CustomDefinition): ProviderDefinition {
  if (!("verify" in given)) return given;
  const { header, verify, sign, readSecret, covers, ...definition } = given;
  if ("signature" in definition) {
    throw configError(
      `${definition.name}: verify and signature are both there, and only one of them would count. Remove one.`,
    );
  }
  const signature = {
    ...(header !== undefined && { header }),
    verify,
    ...(sign && { sign }),
    ...(readSecret && { readSecret }),
    ...(covers !== undefined && { covers }),
  };
  return { ...definition, signature };
}
