import { base64ToUrl, concat, latin1, toBase64, toHex } from "../base/bytes.ts";
import { isEqual } from "./equal.ts";
import type { DigestText, HmacBackend, HmacKey, Part } from "./backend.ts";

export { equal } from "./equal.ts";

interface WebKey extends HmacKey {
  readonly imported: Promise<CryptoKey>;
}

/** WebCrypto returns promises. */
export const synchronous: HmacBackend["synchronous"] = false;

export const prepareKey: HmacBackend["prepareKey"] = (secret): WebKey => {
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
};

export const hmac: HmacBackend["hmac"] = async (key, parts, text) =>
  macOf(key, joined(parts), text);

async function macOf(key: HmacKey, content: BufferSource, text: DigestText): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await (key as WebKey).imported, content);
  return write(new Uint8Array(mac), text);
}

export const findSigner: HmacBackend["findSigner"] = async (
  signers,
  parts,
  text,
  { text: header, spans },
) => {
  const content = joined(parts);
  for (const signer of signers) {
    // oxlint-disable-next-line no-await-in-loop -- the first secret is nearly always the right one
    const expected = await macOf(signer.key, content, text);
    for (let i = 1; i < spans.length; i += 2) {
      if (isEqual(expected, header, spans[i - 1] ?? 0, spans[i] ?? 0)) return signer;
    }
  }
  return undefined;
};

export const sha256: HmacBackend["sha256"] = async (bytes, text) => {
  const digest = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return write(new Uint8Array(digest), text);
};

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
