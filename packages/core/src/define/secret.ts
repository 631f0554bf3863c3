import type { ProviderDefinition } from "../scheme/definition.ts";
import type { Fail } from "./fail.ts";
import { shown } from "../base/shown.ts";

/** Checks how a secret is written. */
export function checkSecret({ secret }: ProviderDefinition, fail: Fail): void {
  if (secret === undefined) return;
  const { prefix, withoutPrefix, separator, ignored } = secret;
  if (withoutPrefix !== undefined && !prefix) {
    throw fail("secret.withoutPrefix is set, but there is no secret.prefix.");
  }
  if (separator === "") throw fail("secret.separator is empty.");
  if (separator !== undefined && prefix?.includes(separator)) {
    throw fail(
      `secret.prefix is ${shown(prefix)}, which secret.separator (${shown(separator)}) would take apart.`,
    );
  }
  if (ignored !== undefined && (ignored === "" || separator === undefined)) {
    throw fail(
      "secret.ignored is for the entries that secret.separator parts, and can't be empty.",
    );
  }
}
