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
import { headerChallenge } from "./header-challenge.ts";
import { list } from "./list.ts";
import { otherHmac } from "./other-hmac.ts";
import { pairs } from "./pairs.ts";
import { positions } from "./positions.ts";
import { probeChallenge } from "./probe-challenge.ts";
import { publicKey } from "./public-key.ts";
import { queryChallenge } from "./query-challenge.ts";
import { request } from "./request.ts";
import { requires } from "./requires.ts";
import { secretHandover } from "./secret-handover.ts";
import { secretFormat } from "./secret-format.ts";
import { signaturePlace } from "./signature-place.ts";
import { signedContent } from "./content-function.ts";
import { template } from "./template.ts";
import { time } from "./time.ts";
import { token } from "./token.ts";
import { verifyToken } from "./verify-token.ts";

/** Names the pieces of the grammar that a definition uses. No two of them have the same function. */
export function piecesOf(definition: ProviderDefinition): Grammar[] {
  const { signature } = definition;
  const pieces: Chosen[] = [
    ...bodyPieces(definition),
    ...layoutPieces(signature),
    ...contentPieces(signature),
    timePiece(definition),
    challengePiece(definition),
    hasVerifyToken(definition) && verifyToken,
    definition.requires !== undefined && requires,
    definition.secret !== undefined && secretFormat,
    algorithmPiece(signature),
  ];
  return pieces.filter((piece) => piece !== false);
}

type Chosen = Grammar | false;

function bodyPieces({ body }: ProviderDefinition): Chosen[] {
  const signed = body?.formField?.signed;
  // Whatever reads several formats reads the encoded field, too.
  const reader =
    (body?.format ?? body?.optional) ? bodyFormat : signed === "encoded" && encodedField;
  return [reader, signed === "decoded" && decodedField];
}

function layoutPieces({ query, body, formField, ...signature }: SignatureDefinition): Chosen[] {
  return [
    signature.list !== undefined && list,
    signature.pairs !== undefined && pairs,
    signature.positions !== undefined && positions,
    (query ?? body ?? formField) !== undefined && signaturePlace,
  ];
}

function contentPieces({ content, ...signature }: SignatureDefinition): Chosen[] {
  return [
    content !== undefined && template,
    /\{json:/.test(content ?? "") && jsonContent,
    /\{(method|url|path|query)\}/.test(content ?? "") && request,
    signature.signedContent !== undefined && signedContent,
    signature.verify !== undefined && customVerify,
  ];
}

function timePiece({ timestamp }: ProviderDefinition): Chosen {
  const isUnix = /^(seconds|milliseconds)$/.test(timestamp?.unit ?? "");
  return timestamp !== undefined && (isUnix ? time : isoTime);
}

function challengePiece({ challenge }: ProviderDefinition): Chosen {
  if (challenge === undefined) return false;
  if ("query" in challenge) return queryChallenge;
  if ("header" in challenge) return headerChallenge;
  if ("probe" in challenge) return probeChallenge;
  return "handover" in challenge ? secretHandover : bodyChallenge;
}

function hasVerifyToken({ challenge }: ProviderDefinition): boolean {
  return challenge !== undefined && "query" in challenge && challenge.token !== undefined;
}

/** HMAC-SHA256 in a usual encoding is the core itself. */
function algorithmPiece({ algorithm = "sha256", encoding }: SignatureDefinition): Chosen {
  switch (algorithm) {
    case "token":
      return token;
    case "basic":
      return basic;
    case "sha256":
      return !/^(hex|base64|base64url)$/.test(encoding ?? "hex") && otherHmac;
    case "sha1":
    case "sha384":
    case "sha512":
    case "md5":
      return otherHmac;
    default:
      return publicKey;
  }
}
