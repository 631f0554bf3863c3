import type { ProviderDefinition, SignatureDefinition } from "../definition.ts";
import { isInsideSignatures } from "../grammar/signature-alphabet.ts";
import type { Fail } from "./fail.ts";

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Checks headers, encoding, and how values share a header. */
export function checkSignature({ signature }: ProviderDefinition, fail: Fail): void {
  if (typeof signature !== "object" || signature === null) {
    throw fail("signature is missing. It says at least { header, encoding }.");
  }
  if (!["hex", "base64", "base64url"].includes(signature.encoding)) {
    throw fail(
      `signature.encoding is ${JSON.stringify(signature.encoding)}; it must be "hex", "base64" or "base64url".`,
    );
  }
  const headers = [signature.header].flat();
  if (headers.length === 0) throw fail("signature.header is empty.");
  for (const header of headers) checkHeaderName(header, "signature.header", fail);
  checkLayout(signature, fail);
  checkSeparators(signature, fail);
  checkSignedContent(signature, fail);
}

/** Throws unless a text can be the name of a header. */
export function checkHeaderName(header: unknown, where: string, fail: Fail): void {
  if (typeof header !== "string" || !TOKEN.test(header)) {
    throw fail(`${where} is ${JSON.stringify(header)}, which is no name of a header.`);
  }
}

/** Throws unless the signature header has a part of that name beside the signature. */
export function checkPart(
  { pairs, positions }: SignatureDefinition,
  part: string,
  where: string,
  fail: Fail,
): void {
  if (pairs === undefined && positions === undefined) {
    throw fail(
      `${where} needs a signature header with parts: signature.pairs or signature.positions.`,
    );
  }
  if (part === (pairs?.signature ?? "signature")) {
    throw fail(`${where} is "${part}", which is the signature itself.`);
  }
  if (positions !== undefined && !positions.names.includes(part)) {
    throw fail(`${where} is "${part}", which is not among signature.positions.names.`);
  }
}

function checkLayout(signature: SignatureDefinition, fail: Fail): void {
  const { list, pairs, positions } = signature;
  if ([list, pairs, positions].filter((layout) => layout !== undefined).length > 1) {
    throw fail(
      "signature has more than one of list, pairs and positions; a header has one layout.",
    );
  }
  if (signature.prefixOptional !== undefined && !signature.prefix) {
    throw fail("signature.prefixOptional is set, but there is no signature.prefix.");
  }
  if (pairs !== undefined && !pairs.signature) {
    throw fail("signature.pairs.signature is missing: the name of the part that is the signature.");
  }
  if (positions !== undefined && !positions.names?.includes("signature")) {
    throw fail('signature.positions.names must have one part that is called "signature".');
  }
  if (signature.scheme !== undefined && pairs === undefined && positions === undefined) {
    throw fail("signature.scheme is for pairs and positions. For a whole header use prefix.");
  }
}

function checkSeparators(
  { list, pairs, positions, encoding }: SignatureDefinition,
  fail: Fail,
): void {
  for (const [where, separator] of [
    ["list", list],
    ["pairs.separator", pairs && (pairs.separator ?? "")],
    ["pairs.groups", pairs?.groups],
    ["positions.separator", positions && (positions.separator ?? "")],
    ["positions.groups", positions?.groups],
  ] as const) {
    if (separator === undefined) continue;
    if (separator === "")
      throw fail(`signature.${where} is empty: what parts the header's values?`);
    if (!isInsideSignatures(separator, encoding)) continue;
    const inside = `signature.${where} is "${separator}", which may stand inside of a ${encoding} signature`;
    if (where !== "positions.separator") throw fail(`${inside}.`);
    // The last of positional parts is read to the end of the header, and may have it inside.
    if (positions?.names.at(-1) !== "signature") {
      throw fail(`${inside}: "signature" must be the last of positions.names.`);
    }
  }
}

function checkSignedContent(
  { signedContent, content, covers }: SignatureDefinition,
  fail: Fail,
): void {
  if (signedContent !== undefined && (content !== undefined || !covers)) {
    throw fail(
      "signature.signedContent takes the place of content, and needs covers to say what it puts under the signature.",
    );
  }
  if (covers !== undefined && signedContent === undefined) {
    throw fail(
      "signature.covers is for signedContent. A content template says by itself what it covers.",
    );
  }
}
