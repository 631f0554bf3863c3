import type { Scheme, SignatureGroup } from "../scheme/scheme.ts";
import { MAX_SIGNATURES, TOO_MANY } from "../scheme/signature-header.ts";
import { split } from "./split.ts";

/** Reads a header of one group of parts, or of several that `separator` parts: what is right of it counts. */
export function readGroups(
  scheme: Scheme,
  header: string,
  separator: string | undefined,
  readGroup: (scheme: Scheme, text: string) => SignatureGroup[] | string,
): SignatureGroup[] | string {
  const { scheme: start = "" } = scheme.definition.signature;
  if (!header.startsWith(start)) return `it does not begin with "${start}"`;
  const rest = header.slice(start.length);
  const texts = separator === undefined ? [rest] : split(rest, separator);
  if (texts.length > MAX_SIGNATURES) return TOO_MANY;
  const read = texts.map((text) => readGroup(scheme, text));
  const groups = read.filter((group) => typeof group === "object").flat();
  if (groups.length > 0) return groups;
  return read.find((problem) => typeof problem === "string") ?? "it is empty";
}
