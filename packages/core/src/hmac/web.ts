import { base64ToUrl, concat, latin1, toBase64, toHex } from "../base/bytes.ts";
import type { DigestText, HmacBackend, HmacKey, Part } from "./backend.ts";

interface WebKey extends HmacKey {
  readonly imported: Promise<CryptoKey>;
}

function prepareKey(secret: Uint8Array): WebKey {
  const imported = crypto.subtle.importKey(
    "raw",
    secret as BufferSource,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  // Awaited with the first delivery; a failure is reported there.
  imported.catch(() => {});
  return { secret, imported };
}

async function hmac(key: HmacKey, parts: readonly Part[], text: DigestText): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await (key as WebKey).imported, joined(parts));
  return write(new Uint8Array(mac), text);
}

async function sha256(bytes: Uint8Array, text: DigestText): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return write(new Uint8Array(digest), text);
}

function joined(parts: readonly Part[]): BufferSource {
  const [only] = parts;
  if (parts.length === 1 && only instanceof Uint8Array) return only as BufferSource;
  return concat(parts.map(asBytes)) as BufferSource;
}

function asBytes(part: Part): Uint8Array {
  if (typeof part !== "string") return part;
  const bytes = latin1(part);
  if (bytes === undefined) throw new TypeError("a character is no byte");
  return bytes;
}

function write(digest: Uint8Array, text: DigestText): string {
  if (text === "hex") return toHex(digest);
  const base64 = toBase64(digest);
  return text === "base64" ? base64 : base64ToUrl(base64);
}

function equal(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++)
    difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}

/** HMAC on WebCrypto, for runtimes without `node:crypto`. */
export const backend: HmacBackend = { synchronous: false, prepareKey, hmac, sha256, equal };
