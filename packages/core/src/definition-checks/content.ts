import { placeholderOf, TOKENS } from "../grammar/template-tokens.ts";
import type { Field, ProviderDefinition } from "../definition.ts";
import type { Pointer } from "../pointer.ts";
import type { Fail } from "./fail.ts";
import { checkHeaderName, checkPart } from "./signature.ts";

const PLACEHOLDERS =
  "{body}, {bodySha256.hex}, {bodySha256.base64}, {id}, {timestamp}, {method}, {url}, {path}, {query}, " +
  "{header:name}, {sig.part} and {json:/pointer}";

/** Checks the template of what is signed. */
export function checkContent(definition: ProviderDefinition, fail: Fail): void {
  const { content } = definition.signature;
  if (content === undefined) return;
  if (typeof content !== "string") {
    throw fail(
      `signature.content is ${JSON.stringify(content)}; it must be text like "{timestamp}.{body}".`,
    );
  }
  for (const token of content.match(TOKENS) ?? []) {
    if (token === "{" || token === "}") {
      throw fail(
        `signature.content has a lone "${token}" in "${content}". Write "${token}${token}" for the character itself.`,
      );
    }
    if (/^\{[^{]/.test(token)) checkPlaceholder(definition, token, fail);
  }
}

function checkPlaceholder(definition: ProviderDefinition, token: string, fail: Fail): void {
  const segment = placeholderOf(token);
  switch (segment?.kind) {
    case undefined:
      throw fail(
        `signature.content has ${token}, which stands for nothing. There are ${PLACEHOLDERS}.`,
      );
    case "header":
      return checkHeaderName(segment.name, "{header:…} in signature.content", fail);
    case "part":
      return checkPart(definition.signature, segment.name, `{sig.${segment.name}}`, fail);
    case "id":
    case "timestamp":
      return checkFact(definition[segment.kind], segment.kind, fail);
    case "json":
      return checkJson(definition, segment.pointer, token, fail);
    default:
  }
}

function checkJson(
  { body }: ProviderDefinition,
  pointer: Pointer,
  token: string,
  fail: Fail,
): void {
  if (pointer.includes("*")) {
    throw fail(
      `signature.content has ${token}, and how several values would be signed is not said. Name one value, or put them together by signature.signedContent.`,
    );
  }
  if (body?.format === "text" || body?.format === "bytes") {
    throw fail(
      `signature.content has ${token}, and a body of the format "${body.format}" has no fields.`,
    );
  }
}

function checkFact(field: Field | undefined, fact: "id" | "timestamp", fail: Fail): void {
  if (field === undefined) {
    throw fail(`signature.content has {${fact}}, but no ${fact} is defined.`);
  }
  if ("body" in field) {
    throw fail(
      `signature.content has {${fact}}, which stands in the body. {body} covers it; for the field alone write {json:${field.body}}.`,
    );
  }
}
