import { algorithms } from "#crypto";
import type { SignatureDefinition } from "../scheme/definition.ts";
import type { Fail } from "./fail.ts";
import { onlyOf } from "./only-of.ts";
import { shown } from "../base/shown.ts";

const UNKEYED = "covers nothing of the delivery";

/** Checks that algorithm, encoding and what is signed go together. */
export function checkAlgorithm(signature: SignatureDefinition, fail: Fail): void {
  const { algorithm = "sha256", encoding, ecdsa } = signature;
  if (algorithm === "token" || algorithm === "basic") return checkShown(signature, fail);
  if (encoding === undefined) {
    throw fail(
      'signature.encoding is undefined; it must be "hex", "hex-upper", "hex-any-case", "base64", "base64-unpadded" or "base64url".',
    );
  }
  if (ecdsa !== undefined && !algorithm.startsWith("ecdsa-")) {
    throw fail(
      `signature.ecdsa is for ECDSA, and signature.algorithm is ${shown(algorithm)}. Remove it.`,
    );
  }
  if (algorithm === "md5" && !algorithms.hasHash("md5")) {
    throw fail(
      'signature.algorithm is "md5", which this runtime does not have: WebCrypto has no MD5. Receive these deliveries in Node, Bun or Deno.',
    );
  }
}

/** Checks that exactly one place has the signature, and that it is not inside of what it signs. */
export function checkPlace(signature: SignatureDefinition, fail: Fail): void {
  const place = onlyOf(signature, ["header", "query", "body", "formField"], "signature", fail);
  const { content = "{body}", signedContent } = signature;
  if (signature[place] === "") throw fail(`signature.${place} is empty.`);
  if (signedContent !== undefined || isShown(signature)) return;
  const inside = place === "query" ? /\{(url|query)\}/ : /\{(body|bodySha256\.\w+)\}/;
  if (place !== "header" && inside.test(content)) {
    throw fail(
      `signature.${place} is inside of what signature.content (${shown(content)}) signs: nobody can sign that. Name the fields that are signed, or use signature.signedContent.`,
    );
  }
}

/** A token or credentials, which are the secret itself. */
function checkShown(signature: SignatureDefinition, fail: Fail): void {
  const { algorithm } = signature;
  const stray = (
    [
      "encoding",
      "content",
      "signedContent",
      "covers",
      "ecdsa",
      "list",
      "pairs",
      "positions",
    ] as const
  ).find((name) => signature[name] !== undefined);
  if (stray !== undefined) {
    throw fail(
      `signature.${stray} has no meaning for signature.algorithm "${algorithm}", which ${UNKEYED}. Remove it.`,
    );
  }
  if (algorithm === "basic" && signature.prefix !== undefined) {
    throw fail(
      'signature.prefix has no meaning for "basic", which begins with "Basic ". Remove it.',
    );
  }
}

/** Tells whether the delivery contains the secret itself. */
export function isShown({ algorithm }: SignatureDefinition): boolean {
  return algorithm === "token" || algorithm === "basic";
}

/** Checks a definition with a function of its own. */
export function checkCustom(signature: SignatureDefinition, fail: Fail): void {
  const stray = Object.keys(signature).find(
    (name) => !/^(header|verify|sign|readSecret|covers)$/.test(name),
  );
  if (stray !== undefined) {
    throw fail(
      `${stray} has no meaning beside verify, which reads the delivery by itself. Remove it.`,
    );
  }
  if (signature.covers === undefined) {
    throw fail(
      'verify needs covers, to say what it proves: covers: ["body"], or [] where it proves who sent the delivery and nothing of what it says.',
    );
  }
}
