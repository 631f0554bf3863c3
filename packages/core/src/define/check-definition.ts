import type { ProviderDefinition } from "../scheme/definition.ts";
import { configError } from "../base/errors.ts";
import { compile } from "../scheme/compile.ts";
import { joined } from "../scheme/provider.ts";
import { piecesOf } from "../grammar/pieces-of.ts";
import { checkChallenge } from "./challenge.ts";
import { checkContent } from "./content.ts";
import { checkCoverage } from "./coverage.ts";
import { checkRequires } from "./requires.ts";
import { checkBody, checkFields, checkLogFields, checkTimestamp } from "./fields.ts";
import { type Fail, failureOf } from "./fail.ts";
import { checkSecret } from "./secret.ts";
import { checkShape } from "./shape.ts";
import { shown } from "../base/shown.ts";
import { checkSignature } from "./signature.ts";

/**
 * Throws `config_invalid` where a definition contradicts itself, or trusts what the signature does not cover.
 *
 * It runs in `defineProvider` alone. Presets are held valid by the tests, so that no bundle carries these messages for them.
 */
export function checkDefinition(definition: ProviderDefinition): void {
  const fail = checkForm(definition);
  const dedup: unknown = definition.dedup;
  if (dedup === undefined) {
    throw fail(
      'dedup is missing. Say "id" where a signed id names the event, "content" to tell events apart by their signed body, ' +
        '"id-or-content" where only some deliveries carry an id, or "none" where identical bodies are different events.',
    );
  }
  checkSignature(definition, fail);
  checkFields(definition, fail);
  checkTimestamp(definition, fail);
  checkBody(definition, fail);
  checkLogFields(definition, fail);
  checkSecret(definition, fail);
  checkRequires(definition, fail);
  checkChallenge(definition, fail);
  checkContent(definition, fail);
  // Whatever is compiled from here on is well formed; what is left is whether it can be trusted.
  checkCoverage(compile(definition, joined(piecesOf(definition))), fail);
}

/**
 * Throws `config_invalid` where something is not of the kind that it must be. Nothing else may look at a definition before: it could be of
 * any size, or be a part of itself.
 */
export function checkForm(definition: ProviderDefinition): Fail {
  const name: unknown = definition.name;
  if (typeof name !== "string" || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw configError(
      `A provider's name is 1 to 64 of a-z, 0-9 and "-", as it stands in dedup keys; this one is ${shown(name)}.`,
    );
  }
  const fail = failureOf(definition);
  checkShape(definition, fail);
  return fail;
}
