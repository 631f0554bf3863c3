import type { Field, ProviderDefinition } from "../definition.ts";
import { parsePointer } from "../pointer.ts";
import type { Fail } from "./fail.ts";
import { checkHeaderName, checkPart } from "./signature.ts";

/** Checks where id, type and timestamp stand. */
export function checkFields(definition: ProviderDefinition, fail: Fail): void {
  for (const fact of ["id", "type", "timestamp"] as const) {
    const field: Field | undefined = definition[fact];
    if (field === undefined) continue;
    if ("header" in field) checkHeaderName(field.header, `${fact}.header`, fail);
    else if ("part" in field) checkPart(definition.signature, field.part, `${fact}.part`, fail);
    else if (typeof field.body !== "string" || parsePointer(field.body) === undefined) {
      throw fail(
        `${fact}.body is ${JSON.stringify(field.body)}; it must be a JSON pointer such as "/id", or give { header } or { part }.`,
      );
    }
  }
}

/** Checks unit, meaning and tolerance of the time. */
export function checkTimestamp({ timestamp }: ProviderDefinition, fail: Fail): void {
  if (timestamp === undefined) return;
  const { unit, of, toleranceSeconds } = timestamp;
  if (!["seconds", "milliseconds", "iso8601", "auto"].includes(unit)) {
    throw fail(
      `timestamp.unit is ${JSON.stringify(unit)}; it must be "seconds", "milliseconds", "iso8601" or "auto".`,
    );
  }
  if (of !== "attempt" && of !== "event") {
    throw fail(
      'timestamp.of is missing. Say "attempt" for the time of this delivery (renewed on a retry), or "event" for when it happened.',
    );
  }
  if (toleranceSeconds === undefined) return;
  if (!(Number.isFinite(toleranceSeconds) && toleranceSeconds > 0)) {
    throw fail("timestamp.toleranceSeconds must be a number of seconds above 0.");
  }
  if (of === "event") {
    throw fail(
      'timestamp.toleranceSeconds is for times of: "attempt". The time of an event is the same on a late retry, which it would refuse; a receiver that wants that gives toleranceSeconds itself.',
    );
  }
}

/** Checks what the body is, and that what stands in it can be read. */
export function checkBody(definition: ProviderDefinition, fail: Fail): void {
  const { format = "json", formField } = definition.body ?? {};
  if (!["json", "form", "text", "bytes", "auto"].includes(format)) {
    throw fail(
      `body.format is ${JSON.stringify(format)}; it must be "json", "form", "text", "bytes" or "auto".`,
    );
  }
  if (
    formField !== undefined &&
    !(formField.name && ["decoded", "encoded"].includes(formField.signed))
  ) {
    throw fail(
      'body.formField needs a name, and signed: "decoded" where the value of the field is signed, or "encoded" where the form is.',
    );
  }
  if (format !== "text" && format !== "bytes") return;
  for (const fact of ["id", "type", "timestamp"] as const) {
    const field: Field | undefined = definition[fact];
    if (field !== undefined && "body" in field) {
      throw fail(`${fact} can't be in a body of the format "${format}".`);
    }
  }
}
