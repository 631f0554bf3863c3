import { utf8 } from "./bytes.ts";
import { configError } from "./errors.ts";
import { parsePointer, type Pointer } from "./pointer.ts";

/** One stretch of what a provider signs. */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "body" | "id" | "timestamp" | "method" | "url" | "path" | "query" }
  | { readonly kind: "bodyDigest"; readonly text: "hex" | "base64" }
  | { readonly kind: "header" | "part"; readonly name: string }
  | { readonly kind: "json"; readonly pointer: Pointer; readonly text: string };

const PLACEHOLDERS =
  "{body}, {bodySha256.hex}, {bodySha256.base64}, {id}, {timestamp}, {method}, {url}, {path}, {query}, " +
  "{header:name}, {sig.part} and {json:/pointer}";

/**
 * Reads a template like `{timestamp}.{body}` into segments. `{{` and `}}` stand for braces themselves.
 *
 * @param provider the provider's name, for the error
 */
export function parseContent(template: string, provider: string): Segment[] {
  const segments: Segment[] = [];
  let literal = "";
  // Braces that belong to nothing are caught as single characters, so that nothing is passed over.
  for (const [token] of template.matchAll(/\{\{|\}\}|\{[^{}]*\}|[\s\S]/gu)) {
    if (token === "{{" || token === "}}") literal += token[0];
    else if (token === "{" || token === "}") {
      throw configError(
        `${provider}: signature.content has a lone "${token}" in "${template}". Write "${token}${token}" for the character itself.`,
      );
    } else if (token.length > 1 && token.startsWith("{")) {
      flush();
      segments.push(placeholder(token.slice(1, -1), provider));
    } else literal += token;
  }
  flush();
  return segments;

  function flush(): void {
    // As bytes, one a character: the form in which segments are put together.
    if (literal !== "")
      segments.push({ kind: "literal", text: String.fromCharCode(...utf8(literal)) });
    literal = "";
  }
}

function placeholder(text: string, provider: string): Segment {
  switch (text) {
    case "body":
    case "id":
    case "timestamp":
    case "method":
    case "url":
    case "path":
    case "query":
      return { kind: text };
    case "bodySha256.hex":
      return { kind: "bodyDigest", text: "hex" };
    case "bodySha256.base64":
      return { kind: "bodyDigest", text: "base64" };
    default:
  }
  const [, kind, argument = ""] = /^(header:|sig\.|json:)(.+)$/su.exec(text) ?? [];
  if (kind === "header:") return { kind: "header", name: argument.toLowerCase() };
  if (kind === "sig.") return { kind: "part", name: argument };
  const pointer = kind === "json:" ? parsePointer(argument) : undefined;
  if (pointer !== undefined) return { kind: "json", pointer, text: argument };
  throw configError(
    `${provider}: signature.content has {${text}}, which stands for nothing. There are ${PLACEHOLDERS}.`,
  );
}
