import type { HeadersLike } from "../delivery/headers.ts";
import type { Scheme, SignatureGroup } from "./scheme.ts";
import { rawText } from "./values.ts";

/**
 * Checks the signed time of a delivery where it stands outside the body; one in the body is checked once that is parsed.
 *
 * @returns the time until which the delivery verifies, in milliseconds since 1970; undefined where no such time is checked
 * @throws `timestamp_*`
 */
export function freshUntil(
  { scheme, toleranceMs }: { readonly scheme: Scheme; readonly toleranceMs: number | undefined },
  headers: HeadersLike,
  group: SignatureGroup,
  nowMs: number | undefined,
): number | undefined {
  const { grammar, timestamp } = scheme;
  return toleranceMs === undefined ||
    nowMs === undefined ||
    timestamp === undefined ||
    timestamp.kind === "body"
    ? undefined
    : grammar.checkFreshness?.(scheme, rawText(timestamp, headers, group), toleranceMs, nowMs);
}
