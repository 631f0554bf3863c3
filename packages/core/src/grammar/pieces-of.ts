import type { ProviderDefinition } from "../scheme/definition.ts";
import type { Grammar } from "../scheme/scheme.ts";
import { bodyChallenge } from "./body-challenge.ts";
import { bodyFormat } from "./body-format.ts";
import { decodedField } from "./decoded-field.ts";
import { encodedField } from "./encoded-field.ts";
import { isoTime } from "./iso-time.ts";
import { jsonContent } from "./json-content.ts";
import { list } from "./list.ts";
import { pairs } from "./pairs.ts";
import { positions } from "./positions.ts";
import { request } from "./request.ts";
import { requires } from "./requires.ts";
import { secretFormat } from "./secret-format.ts";
import { signedContent } from "./content-function.ts";
import { template } from "./template.ts";
import { time } from "./time.ts";

/** The pieces of the grammar that a definition uses; where two have the same function, the later one's counts. */
export function piecesOf({ signature, ...definition }: ProviderDefinition): Partial<Grammar> {
  const { content = "" } = signature;
  const { body, timestamp } = definition;
  return {
    ...(definition.challenge && bodyChallenge),
    ...(body?.formField?.signed === "encoded" && encodedField),
    ...(body?.formField?.signed === "decoded" && decodedField),
    ...(body?.format && bodyFormat),
    ...(content.includes("{json:") && jsonContent),
    ...(signature.list !== undefined && list),
    ...(signature.pairs && pairs),
    ...(signature.positions && positions),
    ...(/\{(method|url|path|query)\}/.test(content) && request),
    ...(definition.requires && requires),
    ...(definition.secret && secretFormat),
    ...(signature.signedContent && signedContent),
    ...(signature.content !== undefined && template),
    ...(timestamp && time),
    ...((timestamp?.unit === "iso8601" || timestamp?.unit === "auto") && isoTime),
  };
}
