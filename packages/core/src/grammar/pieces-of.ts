import type { ProviderDefinition, SignatureDefinition } from "../scheme/definition.ts";
import type { Grammar } from "../scheme/scheme.ts";
import { basic } from "./basic.ts";
import { bodyChallenge } from "./body-challenge.ts";
import { bodyFormat } from "./body-format.ts";
import { customVerify } from "./custom-verify.ts";
import { decodedField } from "./decoded-field.ts";
import { encodedField } from "./encoded-field.ts";
import { isoTime } from "./iso-time.ts";
import { jsonContent } from "./json-content.ts";
import { list } from "./list.ts";
import { otherHmac } from "./other-hmac.ts";
import { pairs } from "./pairs.ts";
import { positions } from "./positions.ts";
import { publicKey } from "./public-key.ts";
import { request } from "./request.ts";
import { requires } from "./requires.ts";
import { secretFormat } from "./secret-format.ts";
import { signaturePlace } from "./signature-place.ts";
import { signedContent } from "./content-function.ts";
import { template } from "./template.ts";
import { time } from "./time.ts";
import { token } from "./token.ts";

/** The pieces of the grammar that a definition uses; where two have the same function, the later one's counts. */
export function piecesOf({ signature, ...definition }: ProviderDefinition): Partial<Grammar> {
  const { content = "" } = signature;
  const { body, timestamp } = definition;
  return {
    ...(definition.challenge && bodyChallenge),
    ...(body?.formField?.signed === "encoded" && encodedField),
    ...(body?.formField?.signed === "decoded" && decodedField),
    ...((body?.format ?? body?.optional) && bodyFormat),
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
    ...algorithmOf(signature),
    ...((signature.query ?? signature.body ?? signature.formField) !== undefined && signaturePlace),
    ...(signature.verify && customVerify),
    ...((timestamp?.unit === "iso8601" || timestamp?.unit === "auto") && isoTime),
  };
}

/** HMAC-SHA256 in a usual encoding is the core itself. */
function algorithmOf({ algorithm = "sha256", encoding }: SignatureDefinition): Partial<Grammar> {
  switch (algorithm) {
    case "token":
      return token;
    case "basic":
      return basic;
    case "sha256":
      return /^(hex|base64|base64url)$/.test(encoding ?? "hex") ? {} : otherHmac;
    case "sha1":
    case "sha384":
    case "sha512":
    case "md5":
      return otherHmac;
    default:
      return publicKey;
  }
}
