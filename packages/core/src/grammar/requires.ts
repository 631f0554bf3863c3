import { WebhookError } from "../base/errors.ts";
import { headerOf } from "../delivery/headers.ts";
import type { Grammar } from "../scheme/scheme.ts";

/** Deliveries that must have certain values in headers or parts to count as signed. */
export const requires: Pick<Grammar, "checkRequiredHeaders" | "hasRequiredParts"> = {
  checkRequiredHeaders({ definition }, headers) {
    for (const requirement of definition.requires ?? []) {
      if (!("header" in requirement)) continue;
      const value = headerOf(headers, requirement.header.toLowerCase());
      if (value !== requirement.value) {
        throw new WebhookError(
          "signature_malformed",
          `The header ${requirement.header} must be "${requirement.value}" in a delivery of ${definition.name}${value === undefined ? ", and is missing" : ""}.`,
        );
      }
    }
  },
  hasRequiredParts({ definition }, { parts }) {
    return (definition.requires ?? []).every(
      (requirement) =>
        !("part" in requirement) || parts.get(requirement.part) === requirement.value,
    );
  },
};
