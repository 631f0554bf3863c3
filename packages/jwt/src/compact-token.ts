import { base64url } from "jose";
import type { TokenFields } from "./definition.ts";
import { malformed } from "./errors.ts";

/** Longer than any token of a webhook. */
const MAX_CHARACTERS = 1_048_576;

/** A compact JWS (RFC 7515, section 3.1), taken apart and not verified. */
export interface CompactToken {
  readonly text: string;
  readonly header: TokenFields;
  readonly protectedHeader: string;
  readonly payload: string;
  readonly signature: string;
}

/**
 * Takes a token apart.
 *
 * @param isDetached the payload is elsewhere, and its part is empty
 * @throws `signature_malformed`, also where a part is written otherwise than base64url writes it: two texts would be one signature
 */
export function readToken(provider: string, text: string, isDetached: boolean): CompactToken {
  const parts = text.length > MAX_CHARACTERS ? [] : text.split(".");
  const [protectedHeader = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3 || protectedHeader === "" || signature === "") {
    throw malformed(provider, "is not three parts with dots between them");
  }
  if ((payload === "") !== isDetached) {
    throw malformed(provider, isDetached ? "has a payload of its own" : "has no payload");
  }
  if (!parts.every(isCanonical)) throw malformed(provider, "is not base64url in all its parts");
  return { text, header: headerOf(provider, protectedHeader), protectedHeader, payload, signature };
}

function isCanonical(part: string): boolean {
  try {
    return base64url.encode(base64url.decode(part)) === part;
  } catch {
    return false;
  }
}

function headerOf(provider: string, part: string): TokenFields {
  try {
    const header: unknown = JSON.parse(utf8Text(base64url.decode(part)));
    if (typeof header === "object" && header !== null && !Array.isArray(header)) {
      return header as TokenFields;
    }
  } catch {
    // Told below.
  }
  throw malformed(provider, "has no header that is a JSON object");
}

/** Decodes UTF-8. Throws `TypeError` where it is none. */
export function utf8Text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
