import { kindOf } from "../base/bytes.ts";
import type {
  ProviderDefinition,
  SignatureDefinition,
  SignatureLayout,
} from "../scheme/definition.ts";
import { isInsideSignatures } from "../grammar/signature-alphabet.ts";
import { MAX_SIGNATURES } from "../scheme/signature-header.ts";
import { checkAlgorithm, checkCustom, checkPlace } from "./algorithm.ts";
import type { Fail } from "./fail.ts";
import { shown } from "../base/shown.ts";

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Checks headers, encoding, and how values share a header. */
export function checkSignature({ signature }: ProviderDefinition, fail: Fail): void {
  if ((signature as unknown) === undefined) {
    throw fail("signature is missing. It says at least { header, encoding }.");
  }
  if (signature.verify !== undefined) {
    checkCustom(signature, fail);
    return checkHeaders(signature, fail);
  }
  checkPlace(signature, fail);
  checkHeaders(signature, fail);
  checkAlgorithm(signature, fail);
  checkLayout(signature, fail);
  checkSeparators(signature, fail);
  checkBeginnings(signature, fail);
  checkSignedContent(signature, fail);
}

function checkHeaders({ header }: SignatureDefinition, fail: Fail): void {
  const headers = [header ?? []].flat();
  if (header !== undefined && headers.length === 0) throw fail("signature.header is empty.");
  for (const name of headers) checkHeaderName(name, "signature.header", fail);
}

/** Throws unless a text can be the name of a header. */
export function checkHeaderName(header: string, where: string, fail: Fail): void {
  if (!TOKEN.test(header)) {
    throw fail(`${where} is ${shown(header)}, which is no name of a header.`);
  }
}

/** Throws unless the signature header has a part of that name beside the signature. */
export function checkPart(
  { pairs, positions, verify }: SignatureDefinition,
  part: string,
  where: string,
  fail: Fail,
): void {
  if (verify !== undefined) return;
  if (pairs === undefined && positions === undefined) {
    throw fail(
      `${where} needs a signature header with parts: signature.pairs or signature.positions.`,
    );
  }
  if (part === (pairs?.signature ?? "signature")) {
    throw fail(`${where} is ${shown(part)}, which is the signature itself.`);
  }
  if (pairs !== undefined) checkPartName(pairs, part, where, fail);
  if (positions !== undefined && !positions.names.includes(part)) {
    throw fail(`${where} is ${shown(part)}, which is not among signature.positions.names.`);
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
  if (pairs !== undefined) checkPartName(pairs, pairs.signature, "signature.pairs.signature", fail);
  if (positions !== undefined) checkPositions(positions.names, fail);
  if (signature.scheme !== undefined && pairs === undefined && positions === undefined) {
    throw fail("signature.scheme is for pairs and positions. For a whole header use prefix.");
  }
}

/** Throws unless a header can have a part of that name. */
function checkPartName(
  { separator, groups }: NonNullable<SignatureDefinition["pairs"]>,
  name: string,
  where: string,
  fail: Fail,
): void {
  if (name === "") throw fail(`${where} is empty: the name of a part of the signature header.`);
  const inside = ["=", separator, groups].find(
    (text) => text !== undefined && text !== "" && name.includes(text),
  );
  if (inside !== undefined) {
    throw fail(
      `${where} is ${shown(name)}; a name can't have "${inside}" in it, where the header is taken apart.`,
    );
  }
  if (name.trim() !== name) {
    throw fail(`${where} is ${shown(name)}, and white space around a name belongs to nobody.`);
  }
}

function checkPositions(names: readonly string[], fail: Fail): void {
  if (!names.includes("signature")) {
    throw fail('signature.positions.names must have one part that is called "signature".');
  }
  if (names.length > MAX_SIGNATURES) {
    throw fail(`signature.positions.names has more than ${MAX_SIGNATURES} names.`);
  }
  const again = names.find((name, index) => name !== "signature" && names.indexOf(name) < index);
  if (again !== undefined) {
    throw fail(
      `signature.positions.names has ${shown(again)} twice: each part has a name of its own.`,
    );
  }
}

function checkSeparators(signature: SignatureDefinition, fail: Fail): void {
  const { pairs, positions, encoding } = signature;
  for (const [where, separator] of separatorsOf(signature)) {
    if (separator === "") throw fail(`${where} is empty: what parts the header's values?`);
    if (pairs !== undefined && separator.includes("=")) {
      throw fail(`${where} is "${separator}", and "=" parts a name from its value.`);
    }
    if (!isInsideSignatures(separator, encoding)) continue;
    const inside = `${where} is "${separator}", which may stand inside of a ${encoding} signature`;
    if (where !== "signature.positions.separator") throw fail(`${inside}.`);
    // The last of positional parts is read to the end of the header, and may have it inside.
    if (positions?.names.at(-1) !== "signature") {
      throw fail(`${inside}: "signature" must be the last of positions.names.`);
    }
  }
  const { separator, groups } = pairs ?? positions ?? {};
  if (groups !== undefined && separator?.includes(groups)) {
    throw fail(
      `signature.${pairs ? "pairs" : "positions"}.groups is "${groups}", which would take apart what "${separator}" is to part.`,
    );
  }
}

function separatorsOf({
  list,
  pairs,
  positions,
}: SignatureLayout): (readonly [where: string, separator: string])[] {
  const all = [
    ["signature.list", list],
    ["signature.pairs.separator", pairs?.separator],
    ["signature.pairs.groups", pairs?.groups],
    ["signature.positions.separator", positions?.separator],
    ["signature.positions.groups", positions?.groups],
  ] as const;
  return all.flatMap(([where, separator]) =>
    separator === undefined ? [] : [[where, separator] as const],
  );
}

/** Checks the beginnings of signatures and of the header. */
function checkBeginnings(signature: SignatureDefinition, fail: Fail): void {
  const { prefix = "", prefixOptional, scheme = "", encoding } = signature;
  for (const [where, text] of [
    ["signature.prefix", prefix],
    ["signature.scheme", scheme],
  ] as const) {
    if (text.trimStart() === text) continue;
    throw fail(`${where} is ${shown(text)}, and no value of a header begins with white space.`);
  }
  for (const [where, separator] of separatorsOf(signature)) {
    if (!prefix.includes(separator)) continue;
    throw fail(
      `signature.prefix is ${shown(prefix)}, which ${where} ("${separator}") would take apart.`,
    );
  }
  // Padding stands at the end alone.
  if (prefixOptional && !prefix.includes("=") && isInsideSignatures(prefix, encoding)) {
    throw fail(
      `signature.prefix is ${shown(prefix)}, with which a ${encoding} signature may begin by itself: it can't be optional.`,
    );
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
  if (kindOf(signedContent) === "AsyncFunction") {
    throw fail("signature.signedContent is async; it must return bytes or text, not a promise.");
  }
  if (covers !== undefined && signedContent === undefined) {
    throw fail(
      "signature.covers is for signedContent. A content template says by itself what it covers.",
    );
  }
}
