import type { ProviderDefinition } from "../scheme/definition.ts";
import type { Fail } from "./fail.ts";
import { onlyOf } from "./only-of.ts";
import { shown } from "../base/shown.ts";
import { checkHeaderName, checkPart } from "./signature.ts";

/** Checks the values that a delivery must have. */
export function checkRequires({ requires = [], signature }: ProviderDefinition, fail: Fail): void {
  const names = new Set<string>();
  for (const [index, requirement] of requires.entries()) {
    const where = `requires[${index}]`;
    const kind = onlyOf(requirement, ["header", "part"], where, fail);
    if ("header" in requirement) checkHeaderName(requirement.header, `${where}.header`, fail);
    else checkPart(signature, requirement.part, `${where}.part`, fail);
    const name = "header" in requirement ? requirement.header.toLowerCase() : requirement.part;
    if (names.has(`${kind} ${name}`)) {
      throw fail(`${where} is about the ${kind} ${shown(name)} once more, which has one value.`);
    }
    names.add(`${kind} ${name}`);
    if (requirement.value.trim() !== requirement.value) {
      throw fail(
        `${where}.value is ${shown(requirement.value)}, and no value of a header begins or ends with white space.`,
      );
    }
  }
}
