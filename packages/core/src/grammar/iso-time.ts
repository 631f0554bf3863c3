import { isSame } from "../scheme/compile.ts";
import type { Grammar, Scheme } from "../scheme/scheme.ts";
import { isWhole, parseTimestamp } from "../scheme/timestamp.ts";
import { freshness } from "./time.ts";

/** Deliveries that carry a time in ISO 8601, or in whatever form of the usual ones. */
export const isoTime: typeof freshness & Pick<Grammar, "readTime"> = {
  ...freshness,
  readTime: (scheme, written) =>
    !runsOn(scheme) || isWhole(written)
      ? parseTimestamp(written, scheme.definition.timestamp?.unit ?? "auto")
      : undefined,
};

/** Tells whether something else is signed right behind the time. The time must then show by itself where it ends. */
function runsOn({ segments, timestamp }: Scheme): boolean {
  return segments.some(
    (segment, i) =>
      isSame(segment, timestamp) && (segments[i + 1]?.kind ?? "literal") !== "literal",
  );
}
