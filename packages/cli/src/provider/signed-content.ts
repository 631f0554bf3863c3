import { createHash } from "node:crypto";
import type { Provider } from "@countersign/core";
import { valueAt } from "../base/json-pointer.ts";
import { type Captured, headerValue } from "../delivery/captured.ts";
import type { Piece } from "../delivery/pieces.ts";
import { partValue } from "./delivery-pieces.ts";

const TOKENS = /\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g;

/**
 * Puts together what the provider signs, piece by piece, to be shown.
 *
 * @param url the URL that the provider calls
 * @returns pieces of text whose characters are bytes; undefined if no template says what the provider signs, or it signs nothing
 */
export function signedContent(
  delivery: Captured,
  provider: Provider<object>,
  url: string = delivery.url,
): readonly Piece[] | undefined {
  const { content = "{body}", signedContent: computed, verify, algorithm } = provider.signature;
  if (computed !== undefined || verify !== undefined) return undefined;
  if (algorithm === "token" || algorithm === "basic") return undefined;
  return (content.match(TOKENS) ?? []).map((token): Piece => {
    if (token === "{{" || token === "}}") return { text: token.slice(1) };
    if (!/^\{.+\}$/.test(token)) return { text: Buffer.from(token).toString("latin1") };
    return { text: valueOf(token.slice(1, -1), { ...delivery, url }, provider) ?? "", role: token };
  });
}

function valueOf(
  token: string,
  delivery: Captured,
  provider: Provider<object>,
): string | undefined {
  const { url } = delivery;
  const [, path = "", query = ""] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i.exec(url) ?? [];
  const [kind = "", name = ""] = token.split(/[:.](.*)/s);
  switch (kind) {
    case "body":
      return bodyOf(delivery, provider).toString("latin1");
    case "id":
    case "timestamp":
      return fieldValue(provider[kind], delivery, provider);
    case "method":
      return delivery.method.toUpperCase();
    case "url":
      return url;
    case "path":
      return path === "" ? "/" : path;
    case "query":
      return query;
    case "header":
      return headerValue(delivery.headers, name);
    case "sig":
      return partValue(delivery, provider, name);
    case "bodySha256":
      return createHash("sha256")
        .update(bodyOf(delivery, provider))
        .digest(name === "hex" ? "hex" : "base64");
    case "json":
      return jsonText(delivery, name);
    default:
      return undefined;
  }
}

/** Returns what `{body}` stands for: the body, or the decoded form field of a provider that signs it so. */
function bodyOf({ headers, body }: Captured, provider: Provider<object>): Buffer {
  const field = provider.body?.formField;
  const isForm = /^application\/x-www-form-urlencoded/i.test(
    headerValue(headers, "content-type") ?? "",
  );
  if (field?.signed !== "decoded" || !isForm) return Buffer.from(body);
  const form = new URLSearchParams(Buffer.from(body).toString("utf8"));
  return Buffer.from(form.get(field.name) ?? "");
}

function fieldValue(
  field: Provider<object>["id"],
  delivery: Captured,
  provider: Provider<object>,
): string | undefined {
  if (field === undefined) return undefined;
  if ("header" in field) return headerValue(delivery.headers, field.header);
  return "part" in field
    ? partValue(delivery, provider, field.part)
    : jsonText(delivery, field.body);
}

function jsonText({ body }: Captured, pointer: string): string | undefined {
  try {
    const value = valueAt(JSON.parse(Buffer.from(body).toString("utf8")), pointer);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return Buffer.from(text).toString("latin1");
  } catch {
    return undefined;
  }
}
