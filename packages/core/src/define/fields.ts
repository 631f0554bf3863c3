import type { Field, ProviderDefinition } from "../scheme/definition.ts";
import type { Fail } from "./fail.ts";
import { onlyOf } from "./only-of.ts";
import { checkHeaderName, checkPart } from "./signature.ts";

const MAX_TOLERANCE_SECONDS = 86_400;

/** Checks where id, type and timestamp stand. */
export function checkFields(definition: ProviderDefinition, fail: Fail): void {
  for (const fact of ["id", "type", "timestamp"] as const) {
    const field: Field | undefined = definition[fact];
    if (field === undefined) continue;
    onlyOf(field, ["header", "part", "body"], fact, fail);
    if ("header" in field) checkHeaderName(field.header, `${fact}.header`, fail);
    else if ("part" in field) checkPart(definition.signature, field.part, `${fact}.part`, fail);
  }
}

/** Checks meaning and tolerance of the time. */
export function checkTimestamp({ timestamp, id }: ProviderDefinition, fail: Fail): void {
  if (timestamp === undefined) return;
  const { toleranceSeconds } = timestamp;
  const of: unknown = timestamp.of;
  if (of === undefined) {
    throw fail(
      'timestamp.of is missing. Say "attempt" for the time of this delivery (renewed on a retry), or "event" for when it happened.',
    );
  }
  if (of === "attempt" && id !== undefined && placeOf(id) === placeOf(timestamp)) {
    throw fail(
      "id stands where the time of the attempt stands, which names no event: a retry has another, and two events in one moment have the same.",
    );
  }
  if (toleranceSeconds === undefined) return;
  if (of === "event") {
    throw fail(
      'timestamp.toleranceSeconds is for times of: "attempt". The time of an event is the same on a late retry, which it would refuse; a receiver that wants that gives toleranceSeconds itself.',
    );
  }
  if (timestamp.unsigned) {
    throw fail(
      "timestamp.toleranceSeconds is for a time that is signed; one that is marked unsigned refuses no delivery. Take one of the two away.",
    );
  }
  if (toleranceSeconds > MAX_TOLERANCE_SECONDS) {
    throw fail(
      `timestamp.toleranceSeconds is ${toleranceSeconds}, more than a day, for which a captured delivery could be replayed. Is it in milliseconds?`,
    );
  }
}

/** Checks where the facts stand that only logs show. */
export function checkLogFields({ delivery, body }: ProviderDefinition, fail: Fail): void {
  const { idHeader, attempt } = delivery ?? {};
  if (idHeader !== undefined) checkHeaderName(idHeader, "delivery.idHeader", fail);
  if (attempt === undefined) return;
  onlyOf(attempt, ["header", "body"], "delivery.attempt", fail);
  if ("header" in attempt) checkHeaderName(attempt.header, "delivery.attempt.header", fail);
  else if (body?.format === "text" || body?.format === "bytes") {
    throw fail(`delivery.attempt can't be in a body of the format "${body.format}".`);
  }
}

/** Writes a place as text that can be compared. */
function placeOf(field: Field): string {
  if ("header" in field) return `header ${field.header.toLowerCase()}`;
  return "part" in field ? `part ${field.part}` : `body ${field.body}`;
}

/** Checks what the body is, and that what stands in it can be read. */
export function checkBody(definition: ProviderDefinition, fail: Fail): void {
  const { format = "json", formField } = definition.body ?? {};
  if (formField?.name === "") throw fail("body.formField needs a name.");
  if (formField !== undefined && format !== "json" && format !== "auto") {
    throw fail(
      `body.formField is for JSON that may come in a form; in a body of the format "${format}" nothing would look for it. Take one of the two away.`,
    );
  }
  if (format !== "text" && format !== "bytes") return;
  for (const fact of ["id", "type", "timestamp"] as const) {
    const field: Field | undefined = definition[fact];
    if (field !== undefined && "body" in field) {
      throw fail(`${fact} can't be in a body of the format "${format}".`);
    }
  }
  if (definition.challenge !== undefined && "body" in definition.challenge) {
    throw fail(`challenge.body can't be in a body of the format "${format}".`);
  }
}
