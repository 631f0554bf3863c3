import { isSame } from "../scheme/compile.ts";
import type { ProviderDefinition } from "../scheme/definition.ts";
import { tokenOf } from "../grammar/template-tokens.ts";
import type { Scheme, Segment } from "../scheme/scheme.ts";
import type { Fail } from "./fail.ts";

/**
 * Checks that what is signed can be taken apart in one way only. Where two things touch, and characters could go from one to the other, a
 * captured signature would fit deliveries that nobody has signed.
 */
export function checkBoundaries(scheme: Scheme, fail: Fail): void {
  let touching: Segment[] = [];
  for (const segment of [...scheme.segments, LITERAL]) {
    if (segment.kind !== "literal") {
      touching.push(segment);
      continue;
    }
    const [left, right] = inseparable(scheme, touching);
    if (left !== undefined && right !== undefined) {
      const tokens = [left, right].map((one) => tokenOf(one, scheme));
      throw fail(
        `signature.content has ${tokens.join("")}, and nothing says where ${tokens[0]} ends and ${tokens[1]} begins: one signature would fit other values, too. ` +
          "Put between them what the provider signs there. If that is nothing, use signature.signedContent, and throw where the values could be others.",
      );
    }
    touching = [];
  }
}

const LITERAL: Segment = { kind: "literal", text: "" };

/** Takes off both ends every segment whose boundaries are clear by itself, and returns the rest. */
function inseparable(scheme: Scheme, touching: readonly Segment[]): readonly Segment[] {
  const left = [...touching];
  for (;;) {
    const [first, second] = left;
    const last = left.at(-1);
    if (first === undefined || second === undefined || last === undefined) return left;
    if (endsPlainly(scheme, first, second)) left.shift();
    else if (hasOneForm(scheme, last)) left.pop();
    else return left;
  }
}

/** Tells whether the end of a segment is clear from its beginning. */
function endsPlainly(scheme: Scheme, segment: Segment, next: Segment): boolean {
  // A method has no slash, a path no question mark.
  if (segment.kind === "method") return next.kind === "url" || next.kind === "path";
  if (segment.kind === "path") return next.kind === "query";
  return hasOneForm(scheme, segment);
}

/** Tells whether a segment shows by itself where it begins and ends. */
function hasOneForm(scheme: Scheme, segment: Segment): boolean {
  if (segment.kind === "bodyDigest") return true;
  return segment.kind === "body" ? isJsonBody(scheme.definition) : isAttemptTime(scheme, segment);
}

/**
 * With a digit more or less at either end it would be too far from now. Of `auto` that is not sure: without its last three digits a time in
 * milliseconds is one in seconds.
 */
function isAttemptTime(
  { definition: { timestamp: time }, timestamp }: Scheme,
  segment: Segment,
): boolean {
  const isTime =
    isSame(segment, timestamp) ||
    (segment.kind === "json" && timestamp?.kind === "body" && segment.text === timestamp.name);
  return isTime && time?.of === "attempt" && time.unit !== "auto";
}

/**
 * Tells whether `{body}` must be JSON. It then shows by itself where it begins and ends: no part of an object or a list
 * that reaches to one of its ends is JSON, and with anything but white space before or behind it it is none either. (A bare number would
 * be another matter; no provider sends one.)
 */
function isJsonBody({ body }: ProviderDefinition): boolean {
  const { format = "json", formField } = body ?? {};
  if (formField?.signed === "decoded") return format === "json" || format === "auto";
  return format === "json" && formField === undefined;
}
