import type { Awaitable } from "./awaitable.ts";
import { bytesOf, utf8 } from "./bytes.ts";
import type { Delivery } from "./delivery.ts";
import { configError, WebhookError } from "./errors.ts";
import { formField, isForm } from "./form.ts";
import { type HeadersLike, headerOf } from "./headers.ts";
import { backend } from "#hmac";
import type { Part } from "./hmac/backend.ts";
import { parseBody, textOf } from "./parse.ts";
import { select } from "./pointer.ts";
import type { Scheme, Source } from "./scheme.ts";
import type { SignatureGroup } from "./signatures.ts";
import type { Verification, VerifyOptions } from "./verification.ts";

/** What `{body}` stands for; undefined where the delivery has no such thing. */
export function signedBodyOf(
  scheme: Scheme,
  headers: HeadersLike,
  body: Uint8Array,
): Uint8Array | undefined {
  const field = scheme.definition.body?.formField;
  if (field?.signed !== "decoded" || !isForm(headers)) return body;
  return formField(body, field.name);
}

/** What the provider signed, were this delivery genuine; undefined where something that is signed is not there. */
export function contentOf(
  { scheme, options }: Pick<Verification, "scheme" | "options">,
  delivery: Delivery,
  group: Pick<SignatureGroup, "parts">,
  body: Uint8Array,
): Awaitable<Part[] | undefined> {
  const { signedContent } = scheme.definition.signature;
  if (signedContent !== undefined) {
    const parts = {
      id: rawValue(scheme.id, delivery.headers, group),
      timestamp: rawValue(scheme.timestamp, delivery.headers, group),
      signature: group.parts,
    };
    try {
      const content = bytesOf(signedContent({ ...delivery, body }, parts));
      return content && [content];
    } catch {
      return undefined;
    }
  }
  const content: Part[] = [];
  const digests: Promise<void>[] = [];
  let parsed: { value: unknown } | undefined;
  for (const segment of scheme.segments) {
    let part: Part | undefined;
    switch (segment.kind) {
      case "body":
        part = body;
        break;
      case "literal":
        part = segment.text;
        break;
      case "header":
      case "part": {
        const value =
          segment.kind === "header"
            ? headerOf(delivery.headers, segment.name)
            : group.parts.get(segment.name);
        part = value === undefined || isByteString(value) ? value : undefined;
        break;
      }
      case "bodyDigest": {
        const index = content.length;
        const digest = backend.sha256([body], segment.text);
        if (typeof digest === "string") part = digest;
        else {
          part = "";
          digests.push(
            digest.then((text) => {
              content[index] = text;
            }),
          );
        }
        break;
      }
      case "json": {
        parsed ??= { value: parsedOrUndefined(scheme, delivery.headers, body) };
        const text = textOf(select(parsed.value, segment.pointer)[0]);
        part = text === undefined ? undefined : utf8(text);
        break;
      }
      case "method":
        part = (delivery.method ?? missing(scheme, "method")).toUpperCase();
        break;
      case "url":
      case "path":
      case "query": {
        const url = publicUrlOf(scheme, options, delivery);
        const text = segment.kind === "url" ? url : pathOrQuery(url, segment.kind);
        part = isByteString(text) ? text : undefined;
        break;
      }
      // `schemeOf` has put a header or a part in their place.
      case "id":
      case "timestamp":
    }
    if (part === undefined) return undefined;
    content.push(part);
  }
  return digests.length === 0 ? content : Promise.all(digests).then(() => content);
}

function parsedOrUndefined(scheme: Scheme, headers: HeadersLike, body: Uint8Array): unknown {
  try {
    return parseBody(scheme.definition, headers, body);
  } catch {
    return undefined;
  }
}

/** Whether each character is a byte, as in every header that came over the wire. */
function isByteString(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

function publicUrlOf(
  scheme: Scheme,
  { publicUrl }: VerifyOptions<never>,
  delivery: Delivery,
): string {
  if (typeof publicUrl === "function") {
    try {
      return publicUrl(delivery);
    } catch (cause) {
      throw new WebhookError("config_invalid", "The function given as publicUrl threw.", { cause });
    }
  }
  if (publicUrl === undefined) return delivery.url ?? missing(scheme, "url");
  const query = delivery.url === undefined ? "" : pathOrQuery(delivery.url, "query");
  if (/^[a-z]+:\/\/[^/?#]*\/?$/i.test(publicUrl)) {
    const path = pathOrQuery(delivery.url ?? missing(scheme, "url"), "path");
    return publicUrl.replace(/\/$/, () => "") + path + query;
  }
  return publicUrl.includes("?") ? publicUrl : publicUrl + query;
}

/** As sent, not as `URL` would rewrite it. */
function pathOrQuery(url: string, what: "path" | "query"): string {
  const [, path = "", query = ""] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i.exec(url) ?? [];
  return what === "path" ? path || "/" : query;
}

function missing(scheme: Scheme, what: "method" | "url"): never {
  throw configError(
    `${scheme.definition.name} signs the request's ${what}, and the delivery has none. Pass { ${what} } beside headers and body.`,
  );
}

/** The text of a header or a part of the signature header, as it was sent. */
export function rawValue(
  source: Source | undefined,
  headers: HeadersLike,
  group: Pick<SignatureGroup, "parts">,
): string | undefined {
  if (source?.from === "header") return headerOf(headers, source.name);
  return source?.from === "part" ? group.parts.get(source.name) : undefined;
}
