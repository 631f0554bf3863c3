import { decodeUtf8 } from "./bytes.ts";
import type { ProviderDefinition, TimestampField } from "./definition.ts";
import { WebhookError } from "./errors.ts";
import { decodeForm, formField, isForm } from "./form.ts";
import { type HeadersLike, headerOf } from "./headers.ts";
import { select } from "./pointer.ts";
import type { Scheme, Source } from "./scheme.ts";
import { parseTimestamp } from "./timestamp.ts";

/**
 * Parses verified bytes as the definition says.
 *
 * @throws `body_malformed`
 */
export function parseBody(
  { name, body: definition }: ProviderDefinition,
  headers: HeadersLike,
  verified: Uint8Array,
): unknown {
  const { format = "json", formField: field } = definition ?? {};
  if (format === "bytes") return verified;
  const form = (format === "auto" || field !== undefined) && isForm(headers);
  let text = verified;
  if (form && field?.signed === "encoded") {
    const value = formField(verified, field.name);
    if (value !== undefined) text = value;
    else if (format !== "auto") {
      throw new WebhookError(
        "body_malformed",
        `The delivery of ${name} is verified, but its form has not exactly one field "${field.name}".`,
      );
    }
    if (value === undefined) return decode(() => decodeForm(verified), name, "a form");
  }
  if (format === "form" || (form && field === undefined)) {
    return decode(() => decodeForm(verified), name, "a form");
  }
  if (format === "text") return decode(() => decodeUtf8(text), name, "text");
  return decode(() => JSON.parse(decodeUtf8(text)) as unknown, name, "JSON");
}

function decode(read: () => unknown, name: string, what: string): unknown {
  try {
    return read();
  } catch (cause) {
    throw new WebhookError(
      "body_malformed",
      `The delivery of ${name} is verified, but its body is not ${what} in UTF-8. If ${name} sends another format, say so in body.format.`,
      { cause },
    );
  }
}

/** What stands at a source: none, one, or several where a pointer has `*`. */
export function valuesOf(
  source: Source | undefined,
  body: unknown,
  headers: HeadersLike,
  parts: ReadonlyMap<string, string>,
): unknown[] {
  if (source === undefined) return [];
  if (source.from === "body") return select(body, source.pointer);
  return [source.from === "header" ? headerOf(headers, source.name) : parts.get(source.name)];
}

/** A type or an id as text; undefined where it is neither text nor a whole number that JSON kept exactly. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/**
 * The ids of the event.
 *
 * @throws `id_missing` where dedup goes by the id and there is none
 */
export function idsOf({ definition, id }: Scheme, values: readonly unknown[]): string[] {
  const ids = values.map(textOf).filter((text) => text !== undefined && text !== "") as string[];
  const incomplete = ids.length === 0 || ids.length < values.length;
  if (incomplete && definition.dedup === "id-or-content") return [];
  if (incomplete && definition.dedup === "id") {
    const where = id?.from === "part" ? `part ${id.name} of the signature header` : id?.shown;
    throw new WebhookError(
      "id_missing",
      `The delivery of ${definition.name} is verified, but has no usable event id at ${where}: text, or a whole number below 2^53. If such deliveries are genuine, the definition needs dedup: "id-or-content".`,
    );
  }
  return ids;
}

/** The event's time; undefined where there is none, or none that can be read. */
export function timeOf(written: unknown, field: TimestampField | undefined): Date | undefined {
  const ms = field && parseTimestamp(written, field.unit);
  return ms === undefined ? undefined : new Date(ms);
}
