import { placeholderOf, TOKENS } from "../grammar/template-tokens.ts";
import type { Field, ProviderDefinition } from "../scheme/definition.ts";
import type { Pointer } from "../base/json-pointer.ts";
import type { Fail } from "./fail.ts";
import { cut, shown } from "../base/shown.ts";
import { checkHeaderName, checkPart } from "./signature.ts";

const PLACEHOLDERS =
  "{body}, {bodySha256.hex}, {bodySha256.base64}, {id}, {timestamp}, {method}, {url}, {path}, {query}, " +
  "{header:name}, {sig.part} and {json:/pointer}";

/** It is read for each delivery. */
const MAX_LENGTH = 4096;

/** Checks the template of what is signed. */
export function checkContent(definition: ProviderDefinition, fail: Fail): void {
  const { content, url } = definition.signature;
  if (url !== undefined && !/\{(url|path|query)\}/.test(content ?? "")) {
    throw fail(
      "signature.url has no effect: signature.content has neither {url} nor {path} nor {query}. Add one, or remove signature.url.",
    );
  }
  if (content === undefined) return;
  if (content.length > MAX_LENGTH) {
    throw fail(
      `signature.content has ${content.length} characters, and no template needs more than ${MAX_LENGTH}.`,
    );
  }
  if (/\$\{[^{]/.test(content)) {
    throw fail(
      `signature.content has "\${" in ${shown(content)}, and would sign the dollar sign. A placeholder is written {body}, in a text without backticks.`,
    );
  }
  for (const token of content.match(TOKENS) ?? []) {
    if (token === "{" || token === "}") {
      throw fail(
        `signature.content has a lone "${token}" in ${shown(content)}. Write "${token}${token}" for the character itself.`,
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
        `signature.content has ${cut(token)}, which stands for nothing. There are ${PLACEHOLDERS}.`,
      );
    case "header":
      checkHeaderName(segment.name, "{header:...} in signature.content", fail);
      return checkIsNoSignature(definition, segment.name, token, fail);
    case "part":
      return checkPart(definition.signature, segment.name, cut(token), fail);
    case "id":
    case "timestamp":
      return checkFact(definition, segment.kind, fail);
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
      `signature.content has ${cut(token)}, and how several values would be signed is not said. Name one value, or put them together by signature.signedContent.`,
    );
  }
  if (body?.format === "text" || body?.format === "bytes") {
    throw fail(
      `signature.content has ${cut(token)}, and a body of the format "${body.format}" has no fields.`,
    );
  }
}

function checkFact(definition: ProviderDefinition, fact: "id" | "timestamp", fail: Fail): void {
  const field: Field | undefined = definition[fact];
  if (field === undefined) {
    throw fail(`signature.content has {${fact}}, but no ${fact} is defined.`);
  }
  if ("body" in field) {
    throw fail(
      `signature.content has {${fact}}, which stands in the body. {body} covers it; for the field alone write {json:${field.body}}.`,
    );
  }
  if ("header" in field) checkIsNoSignature(definition, field.header, `{${fact}}`, fail);
}

function checkIsNoSignature(
  { signature }: ProviderDefinition,
  header: string,
  token: string,
  fail: Fail,
): void {
  const name = header.toLowerCase();
  if (![signature.header ?? []].flat().some((own) => own.toLowerCase() === name)) return;
  throw fail(
    `signature.content has ${token}, in which the signature itself stands: nobody can sign that.`,
  );
}
