import { fromBase64, fromHex, toHex } from "../base/bytes.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { type Mistake, rightBut } from "./finding.ts";

/** 64 bits: what stands here by chance does not fit one of 10,000 digests. */
export const MIN_CUT_HEX = 16;

/** A digest, and the way in which it is written. */
export interface WrittenDigest {
  readonly digest: string;
  readonly encoding: Written;
  readonly upperCase?: boolean;
  /** The last character of base64 carries bits beyond the 32 bytes. */
  readonly strayBits?: boolean;
}

/** `unpadded` has no padding, and no character that would tell base64 from base64url. */
type Written =
  | "hex"
  | "base64"
  | "base64url"
  | "base64 without padding"
  | "base64url with padding"
  | "unpadded"
  | "other";

/** Reads a digest in any form that is in use; a hex one may be cut. */
export function readDigest(text: string): WrittenDigest | undefined {
  if (/^[0-9a-f]+$/i.test(text) && text.length >= MIN_CUT_HEX && text.length <= 64) {
    return { digest: text.toLowerCase(), encoding: "hex", upperCase: /[A-F]/.test(text) };
  }
  if (/%(?:2B|2F|3D)/i.test(text)) {
    const decoded = text.replace(/%2B/gi, "+").replace(/%2F/gi, "/").replace(/%3D/gi, "=");
    const inside = readDigest(decoded);
    return inside && { ...inside, encoding: "other" };
  }
  // Hex of which base64 was made, and base64 of which hex was made.
  const outer = text.length === 88 ? (fromHex(text) ?? fromBase64(text)) : undefined;
  if (outer) {
    const inside = readDigest(String.fromCharCode(...outer));
    return inside && inside.digest.length === 64 ? { ...inside, encoding: "other" } : undefined;
  }
  if (text.length < 22 || text.length > 44 || !/^[A-Za-z0-9+/_-]+=?$/.test(text)) return undefined;
  const bare = text.replace(/=$/, "");
  const usable = bare.slice(0, bare.length - (bare.length % 4 === 1 ? 1 : 0));
  const bytes = fromBase64(usable.replaceAll("-", "+").replaceAll("_", "/"));
  if (bytes === undefined) return undefined;
  if (bare.length === 43) {
    // 43 characters hold two bits more than 32 bytes; the verifier wants them to be 0.
    const strayBits = !/[AEIMQUYcgkosw048]$/.test(bare);
    return { digest: toHex(bytes), encoding: base64Kind(text), strayBits };
  }
  return { digest: toHex(bytes), encoding: /[-_]/.test(text) ? "base64url" : "base64" };
}

/** Tells the ways to write 32 bytes in base64 apart. */
function base64Kind(text: string): Written {
  const isPadded = text.endsWith("=");
  if (/[-_]/.test(text)) return isPadded ? "base64url with padding" : "base64url";
  if (isPadded) return "base64";
  return /[+/]/.test(text) ? "base64 without padding" : "unpadded";
}

const KEEP_PADDING =
  'Have the sender keep the "=" at the end of the signature, or stop what cuts it off on the way.';

/** The line to change where a signature is written in this way. */
const WRITTEN_REMEDY: Record<Written, string> = {
  hex: 'Set signature.encoding to "hex", or use the provider\'s preset.',
  base64: 'Set signature.encoding to "base64", or use the provider\'s preset.',
  base64url: 'Set signature.encoding to "base64url", or use the provider\'s preset.',
  "base64 without padding": `${KEEP_PADDING} The encoding is "base64", not "base64url".`,
  "base64url with padding":
    'Set signature.encoding to "base64url", and have the sender leave out the "=" at the end.',
  unpadded: `${KEEP_PADDING} If other signatures of this provider contain "-" or "_", set signature.encoding to "base64url" instead.`,
  other: "Have the sender encode the signature once, as the definition says.",
};

const IN_WORDS: Partial<Record<Written, string>> = {
  unpadded: "in base64 without padding",
  other: "encoded twice",
};

/** Says how a digest is written in another way than the definition has it. */
export function formMistakes(scheme: Scheme, written: WrittenDigest): Mistake[] {
  const { digest, encoding, upperCase = false, strayBits = false } = written;
  const defined = scheme.definition.signature.encoding;
  const mistakes: Mistake[] = [];
  const cut = digest.length < 64;
  // What is cut has lost the padding that tells base64 from base64url.
  const sameEncoding =
    encoding === defined ||
    (encoding === "unpadded" && defined === "base64url") ||
    (cut && encoding !== "hex" && defined !== "hex");
  if (!sameEncoding) {
    const but = `it is ${IN_WORDS[encoding] ?? `in ${encoding}`}, where the definition says ${defined}`;
    mistakes.push(rightBut("signature_encoding", but, WRITTEN_REMEDY[encoding]));
  } else if (upperCase) mistakes.push(UPPER_CASE);
  if (strayBits) mistakes.push(STRAY_BITS);
  if (cut) {
    mistakes.push({
      code: "signature_truncated",
      evidence: `The signature begins right, but only ${Math.floor(digest.length / 2)} of its 32 bytes arrived in one piece.`,
      remedy:
        "Something on the way cuts the header or breaks it up: look for a column, a log field or a proxy limit that it passes through.",
    });
  }
  return mistakes;
}

const UPPER_CASE = rightBut(
  "signature_case",
  "its hex is in upper case",
  "Have the sender write lower-case hex, or lower it where the request enters; hex in upper case is malformed to the verifier.",
);
const STRAY_BITS = rightBut(
  "signature_encoding",
  "the last character of its base64 has bits set that must be 0",
  "Have the sender encode exactly 32 bytes: its encoder does not follow RFC 4648, or the last character was changed on the way.",
);
