import type { Awaitable } from "../base/awaitable.ts";
import * as backend from "#crypto";
import type { Part } from "../hmac/backend.ts";
import { WebhookError } from "../base/errors.ts";
import { rawText } from "../scheme/values.ts";
import type { Grammar, Segment, Signed, Source } from "../scheme/scheme.ts";
import { literalOf, placeholderOf, TOKENS } from "./template-tokens.ts";

/** Templates of what is signed, like `{timestamp}.{body}`. */
export const template: Pick<Grammar, "parseTemplate" | "contentOf"> = {
  parseTemplate(text, id, timestamp) {
    const segments = (text.match(TOKENS) ?? []).map(
      (token) => placeholderOf(token) ?? literalOf(token),
    );
    return segments.map((segment, index) =>
      segment.kind === "id"
        ? raw(segment, id, segments[index + 1])
        : segment.kind === "timestamp"
          ? raw(segment, timestamp)
          : segment,
    );
  },

  contentOf(signed) {
    const { segments } = signed.scheme;
    // Of its length from the start: an array that grows takes room for many more.
    const parts: Awaitable<Part | undefined>[] = Array(segments.length);
    let isPending = false;
    let count = 0;
    for (const segment of segments) {
      const part = partOf(segment, signed);
      if (part === undefined) return undefined;
      isPending ||= segment.kind === "bodyDigest";
      parts[count++] = part;
    }
    // A digest may be promised, and is never missing.
    // oxlint-disable-next-line await-thenable -- some are promises, and some are not
    return (isPending && !backend.synchronous ? Promise.all(parts) : parts) as Awaitable<Part[]>;
  },
};

/** The header or part that a fact stands in; in the body it has no segment of its own. */
function raw(segment: Segment, source: Source | undefined, next?: Segment): Segment {
  if (source === undefined || source.kind === "body") return segment;
  const { kind, name } = source;
  return next?.kind === "literal" ? { kind, name, end: next.text } : { kind, name };
}

function partOf(segment: Segment, signed: Signed): Awaitable<Part | undefined> {
  const { scheme, delivery, group, body } = signed;
  switch (segment.kind) {
    case "body":
      return body;
    case "literal":
      return segment.text;
    case "header":
    case "part":
      return byteString(withoutTime(segment, rawText(segment, delivery.headers, group)));
    case "bodyDigest":
      return backend.sha256(body, segment.text);
    case "json":
      return scheme.grammar.jsonText?.(segment.pointer, signed);
    case "id":
    case "timestamp":
      // `parseTemplate` has put a header or a part in their place.
      return undefined;
    default:
      return byteString(scheme.grammar.requestText?.(segment.kind, signed));
  }
}

/**
 * An id with a time in it may be what was signed cut in another place, with the time from within the body, which then is what is left of it.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
function withoutTime(
  { name, end }: { readonly name: string; readonly end?: string },
  text: string | undefined,
): string | undefined {
  if (end === undefined || !text?.includes(end)) return text;
  const [, ...pieces] = text.split(end);
  if (!pieces.some((piece) => /^\d{10,16}$/.test(piece))) return text;
  throw new WebhookError("signature_malformed", `The id in ${name} has a time in it.`);
}

/** Each character is a byte, as in every header that came over the wire. */
function byteString(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  // A loop, since these are few characters: calling the regular expression engine would cost more.
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits |= text.charCodeAt(i);
  return bits <= 0xff ? text : undefined;
}
