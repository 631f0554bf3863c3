import { WebhookError } from "../base/errors.ts";
import { select } from "../base/json-pointer.ts";
import { type HeadersLike, headerOf } from "../delivery/headers.ts";
import type { RawSource, Scheme, SignatureGroup, Source } from "./scheme.ts";

/** The text of a header or of a part of the signature header, as it was sent. */
export function rawText(
  { kind, name }: RawSource,
  headers: HeadersLike,
  { parts }: Pick<SignatureGroup, "parts">,
): string | undefined {
  return kind === "header" ? headerOf(headers, name) : parts.get(name);
}

/** Reads the values at a source: none, one, or several where a pointer has `*`. */
export function valuesOf(
  source: Source | undefined,
  body: unknown,
  headers: HeadersLike,
  group: Pick<SignatureGroup, "parts">,
): unknown[] {
  if (source === undefined) return [];
  return source.kind === "body" ? select(body, source.pointer) : [rawText(source, headers, group)];
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
  const { name, dedup } = definition;
  const ids: string[] = [];
  for (const value of values) {
    const text = textOf(value);
    if (text !== undefined && text !== "") ids.push(text);
  }
  if (ids.length > 0 && ids.length === values.length) return ids;
  // `id` and `unsigned-id`.
  if (dedup.endsWith("id")) {
    throw new WebhookError(
      "id_missing",
      `The delivery of ${name} is verified, but ${id?.name} has no id: text, or a whole number below 2^53. Or set dedup: "id-or-content".`,
    );
  }
  return dedup === "id-or-content" ? [] : ids;
}
