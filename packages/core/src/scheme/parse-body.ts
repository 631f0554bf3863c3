import { decodeUtf8 } from "../base/bytes.ts";
import { WebhookError } from "../base/errors.ts";
import type { HeadersLike } from "../delivery/headers.ts";
import { select } from "../base/json-pointer.ts";
import { rawText } from "./raw-text.ts";
import type { Scheme, SignatureGroup, Source } from "./scheme.ts";

/**
 * Parses verified bytes as the definition says.
 *
 * @throws `body_malformed`
 */
export function parseBody(scheme: Scheme, headers: HeadersLike, verified: Uint8Array): unknown {
  const { definition, grammar } = scheme;
  return grammar.parseBody === undefined
    ? readJson(definition.name, verified)
    : grammar.parseBody(definition, headers, verified);
}

/** Bytes as JSON in UTF-8. Throws `body_malformed`. */
export function readJson(provider: string, bytes: Uint8Array): unknown {
  return readAs("JSON", provider, () => JSON.parse(decodeUtf8(bytes)) as unknown);
}

/** What a reader makes of a body; `body_malformed` where it throws. */
export function readAs(what: string, provider: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    throw new WebhookError(
      "body_malformed",
      `The delivery of ${provider} is verified, but its body is not ${what} in UTF-8. If it should not be, set body.format.`,
      { cause },
    );
  }
}

/** What stands at a source: none, one, or several where a pointer has `*`. */
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
  if (dedup.endsWith("id")) {
    throw new WebhookError(
      "id_missing",
      `The delivery of ${name} is verified, but ${id?.name} has no id: text, or a whole number below 2^53. If that is right, set dedup: "id-or-content".`,
    );
  }
  return dedup === "id-or-content" ? [] : ids;
}
