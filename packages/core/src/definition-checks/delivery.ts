import type { ProviderDefinition } from "../definition.ts";
import type { Fail } from "./fail.ts";
import { checkHeaderName, checkPart } from "./signature.ts";

/** Checks the values that a delivery must have. */
export function checkRequires({ requires = [], signature }: ProviderDefinition, fail: Fail): void {
  for (const [index, requirement] of requires.entries()) {
    const where = `requires[${index}]`;
    if (typeof requirement.value !== "string") throw fail(`${where}.value must be text.`);
    if ("header" in requirement) checkHeaderName(requirement.header, `${where}.header`, fail);
    else checkPart(signature, requirement.part, `${where}.part`, fail);
  }
}

/** Checks what the provider documents about its deliveries. */
export function checkDelivery({ delivery = {} }: ProviderDefinition, fail: Fail): void {
  const { emptyAnswers, ...numbers } = delivery;
  const wanted: unknown = emptyAnswers;
  if (wanted !== undefined && wanted !== true) {
    throw fail(`delivery.emptyAnswers is ${JSON.stringify(wanted)}; it must be true, or left out.`);
  }
  for (const [field, value] of Object.entries(numbers)) {
    const number: unknown = value;
    if (number !== undefined && !(typeof number === "number" && number >= 0)) {
      throw fail(`delivery.${field} is ${JSON.stringify(number)}; it must be a number from 0.`);
    }
  }
}
