import type { Field, ProviderDefinition } from "../definition.ts";
import type { Fail } from "./fail.ts";
import { checkHeaderName, checkPart } from "./signature.ts";

/** Checks where id, type and timestamp stand. */
export function checkFields(definition: ProviderDefinition, fail: Fail): void {
  for (const fact of ["id", "type", "timestamp"] as const) {
    const field: Field | undefined = definition[fact];
    if (field === undefined) continue;
    if ("header" in field) checkHeaderName(field.header, `${fact}.header`, fail);
    else if ("part" in field) checkPart(definition.signature, field.part, `${fact}.part`, fail);
  }
}

/** Checks unit, meaning and tolerance of the time. */
export function checkTimestamp({ timestamp }: ProviderDefinition, fail: Fail): void {
  if (timestamp === undefined) return;
  const { toleranceSeconds } = timestamp;
  const of: unknown = timestamp.of;
  if (of === undefined) {
    throw fail(
      'timestamp.of is missing. Say "attempt" for the time of this delivery (renewed on a retry), or "event" for when it happened.',
    );
  }
  if (toleranceSeconds === undefined) return;
  if (of === "event") {
    throw fail(
      'timestamp.toleranceSeconds is for times of: "attempt". The time of an event is the same on a late retry, which it would refuse; a receiver that wants that gives toleranceSeconds itself.',
    );
  }
}

/** Checks what the body is, and that what stands in it can be read. */
export function checkBody(definition: ProviderDefinition, fail: Fail): void {
  const { format = "json", formField } = definition.body ?? {};
  if (formField?.name === "") throw fail("body.formField needs a name.");
  if (format !== "text" && format !== "bytes") return;
  for (const fact of ["id", "type", "timestamp"] as const) {
    const field: Field | undefined = definition[fact];
    if (field !== undefined && "body" in field) {
      throw fail(`${fact} can't be in a body of the format "${format}".`);
    }
  }
}
