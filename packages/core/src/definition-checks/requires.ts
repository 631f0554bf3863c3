import type { ProviderDefinition } from "../definition.ts";
import type { Fail } from "./fail.ts";
import { checkHeaderName, checkPart } from "./signature.ts";

/** Checks the values that a delivery must have. */
export function checkRequires({ requires = [], signature }: ProviderDefinition, fail: Fail): void {
  for (const [index, requirement] of requires.entries()) {
    const where = `requires[${index}]`;
    if ("header" in requirement) checkHeaderName(requirement.header, `${where}.header`, fail);
    else checkPart(signature, requirement.part, `${where}.part`, fail);
  }
}
