import { isSame } from "../compile.ts";
import type { ProviderDefinition } from "../definition.ts";
import { tokenOf } from "../grammar/template-tokens.ts";
import type { Scheme, Segment } from "../scheme.ts";
import type { TimestampUnit } from "../timestamp.ts";
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

/** What is left once everything is taken off both ends that is plain by itself; none or one where that is all. */
function inseparable(scheme: Scheme, touching: readonly Segment[]): readonly Segment[] {
  const left = [...touching];
  for (;;) {
    const [first, second] = left;
    const [beforeLast, last] = left.slice(-2);
    if (first === undefined || second === undefined) return left;
    if (beforeLast === undefined || last === undefined) return left;
    if (endsPlainly(scheme, first, second)) left.shift();
    else if (beginsPlainly(scheme, last, beforeLast)) left.pop();
    else return left;
  }
}

/** Whether it is plain where it ends, seen from where it begins. */
function endsPlainly(scheme: Scheme, segment: Segment, next: Segment): boolean {
  // A method has no slash, a path no question mark.
  if (segment.kind === "method") return next.kind === "url" || next.kind === "path";
  if (segment.kind === "path") return next.kind === "query";
  return hasOneForm(scheme, segment) || isNumber(scheme, segment);
}

/** Whether it is plain where it begins, seen from where it ends. */
function beginsPlainly(scheme: Scheme, segment: Segment, before: Segment): boolean {
  // A 0 in front of a number changes nothing: it could come from anything else than JSON that ends there.
  return (
    hasOneForm(scheme, segment) ||
    (isNumber(scheme, segment) && before.kind === "body" && isJsonBody(scheme.definition))
  );
}

function hasOneForm(scheme: Scheme, segment: Segment): boolean {
  if (segment.kind === "bodyDigest") return true;
  if (segment.kind === "body") return isJsonBody(scheme.definition);
  return isAttemptTime(scheme, segment, "iso8601");
}

/** A time that would be too far from now with a digit more or less at its end. */
function isNumber(scheme: Scheme, segment: Segment): boolean {
  return (
    isAttemptTime(scheme, segment, "seconds") || isAttemptTime(scheme, segment, "milliseconds")
  );
}

/** Of `auto` neither is sure: without its last three digits a time in milliseconds is one in seconds. */
function isAttemptTime(
  { definition: { timestamp: time }, timestamp }: Scheme,
  segment: Segment,
  unit: TimestampUnit,
): boolean {
  return isSame(segment, timestamp) && time?.of === "attempt" && time.unit === unit;
}

/**
 * Whether what `{body}` stands for must be JSON. It is then plain from itself where it begins and ends: no part of an object or a list
 * that reaches to one of its ends is JSON, and with anything but white space before or behind it it is none either. (A bare number would
 * be another matter; no provider sends one.)
 */
function isJsonBody({ body }: ProviderDefinition): boolean {
  const { format = "json", formField } = body ?? {};
  if (formField?.signed === "decoded") return format === "json" || format === "auto";
  return format === "json" && formField === undefined;
}
