import { emitWarningOnce, unknownOptions } from "@countersign/core/adapter";

/**
 * Warns, once each, of options that nothing looks at.
 *
 * @param where whose options they are, such as `createSender`
 */
export function warnUnknownOptions(where: string, given: object, known: readonly string[]): void {
  for (const message of unknownOptions(given, known)) {
    emitWarningOnce({ code: "option_unknown", message: `${where}: ${message}` });
  }
}
