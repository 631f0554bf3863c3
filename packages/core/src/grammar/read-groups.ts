import type { Scheme, SignatureGroup } from "../scheme/scheme.ts";
import { MAX_SIGNATURES, TOO_MANY } from "../scheme/signature-header.ts";
import { split } from "./split.ts";

/** Reads the stretch of a header that one group is in. */
type ReadGroup = (
  scheme: Scheme,
  text: string,
  from: number,
  to: number,
) => SignatureGroup[] | string;

/** Reads a header of one group of parts, or of several that `separator` parts: what is right of it counts. */
export function readGroups(
  scheme: Scheme,
  header: string,
  separator: string | undefined,
  readGroup: ReadGroup,
): SignatureGroup[] | string {
  const { scheme: start = "" } = scheme.definition.signature;
  if (!header.startsWith(start)) return `it does not begin with "${start}"`;
  if (separator === undefined) return readGroup(scheme, header, start.length, header.length);
  const spans = split(header, separator, start.length);
  if (spans.length > 2 * MAX_SIGNATURES) return TOO_MANY;
  const groups: SignatureGroup[] = [];
  let problem: string | undefined;
  for (let i = 1; i < spans.length; i += 2) {
    const read = readGroup(scheme, header, spans[i - 1] ?? 0, spans[i] ?? 0);
    if (typeof read === "string") problem ??= read;
    else groups.push(...read);
  }
  return groups.length > 0 ? groups : (problem ?? "it is empty");
}
