// The only file of the core that knows Node. It also serves Bun and Deno, whose `node:crypto` is native.
import * as crypto from "node:crypto";
import type { DigestText, HmacBackend, HmacKey, Part } from "./backend.ts";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * Above this, copying the content into the scratch costs more than a hash object does; `npm run bench` shows where they meet.
 */
const COMPOSED_LIMIT_BYTES = 24 * 1024;

/** Absent before Node 20.12 and in some other runtimes. */
const hash: typeof crypto.hash | undefined = (crypto as { hash?: typeof crypto.hash }).hash;

interface NodeKey extends HmacKey {
  readonly object: crypto.KeyObject;
  /** The key block XOR ipad and opad; undefined where only the platform's HMAC may be used. */
  readonly pads: { readonly inner: Uint8Array; readonly outer: Uint8Array } | undefined;
}

// One scratch for the module: nothing asynchronous or foreign runs between filling it and hashing it.
const inner = new Uint8Array(BLOCK_BYTES + COMPOSED_LIMIT_BYTES);
const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES) as Latin1Buffer;
// Taken out of the module's namespace once: V8 calls it faster so.
const { timingSafeEqual } = crypto;

/** Has what `write(…, "latin1")` is made of in Node, Bun and Deno. Called by itself it takes half as long. */
interface Latin1Buffer extends Buffer {
  latin1Write(text: string, offset: number, length: number): number;
}

let padsInScratch: NodeKey["pads"];

/** Results are returned at once. */
export const synchronous: HmacBackend["synchronous"] = true;

export const prepareKey: HmacBackend["prepareKey"] = (secret, platformOnly = false): NodeKey => {
  const object = crypto.createSecretKey(secret);
  const composed = hash !== undefined && !platformOnly && crypto.getFips() === 0;
  return { secret, object, pads: composed ? padsOf(secret) : undefined };
};

function padsOf(secret: Uint8Array): { inner: Uint8Array; outer: Uint8Array } {
  const block =
    secret.length > BLOCK_BYTES ? crypto.createHash("sha256").update(secret).digest() : secret;
  const pad = (byte: number): Uint8Array =>
    Uint8Array.from({ length: BLOCK_BYTES }, (_, i) => byte ^ (block[i] ?? 0));
  return { inner: pad(0x36), outer: pad(0x5c) };
}

/**
 * Writes the parts behind the place of the key's pad.
 *
 * @returns where they end; 0 where they are too long for the scratch
 */
function fillScratch(parts: readonly Part[]): number {
  let end = BLOCK_BYTES;
  for (const part of parts) {
    const start = end;
    end += part.length;
    if (end > inner.length) return 0;
    if (typeof part === "string") {
      // For the few characters of an id or a time a loop is cheaper than a call into Node.
      for (let i = 0; i < part.length; i++) inner[start + i] = part.charCodeAt(i);
    } else inner.set(part, start);
  }
  return end;
}

/** Up to this length, a view of the scratch is kept for the next delivery of that length. All of them together are half a megabyte. */
const KEPT_VIEWS = 4096;
// Left empty: filling so many places takes longer than the rest of this file does when it is loaded.
const views: (Uint8Array | undefined)[] = Array(KEPT_VIEWS);

/** The scratch up to `end`. Making a view costs as much as comparing two digests does. */
function filled(end: number): Uint8Array {
  if (end >= KEPT_VIEWS) return inner.subarray(0, end);
  return (views[end] ??= inner.subarray(0, end));
}

/** HMAC over what {@link fillScratch} has written, up to `end`; over `parts` where the platform's HMAC has to make it, or is faster. */
function macOf(key: NodeKey, parts: readonly Part[], end: number, text: DigestText): string {
  const { pads } = key;
  if (pads === undefined || hash === undefined || end === 0) {
    const mac = crypto.createHmac("sha256", key.object);
    for (const part of parts) {
      if (typeof part === "string") mac.update(part, "latin1");
      else mac.update(part);
    }
    return mac.digest(text);
  }
  if (padsInScratch !== pads) {
    inner.set(pads.inner);
    outer.set(pads.outer);
    padsInScratch = pads;
  }
  // The inner digest as text is cheaper than as a Buffer; "binary" is one character a byte.
  outer.latin1Write(hash("sha256", filled(end), "binary"), BLOCK_BYTES, DIGEST_BYTES);
  return hash("sha256", outer, text);
}

export const hmac: HmacBackend["hmac"] = (key, parts, text) =>
  macOf(key as NodeKey, parts, fillScratch(parts), text);

/** How far into a header a signature may start to be written by one call, together with what stands before it. */
const ROOM_BYTES = 256;

/** What is compared: our signature, and one of the header, behind room for what stands before it. Both are written anew for each comparison. */
const scratches = { hex: scratch(64), base64: scratch(44), base64url: scratch(43) };

function scratch(length: number): {
  readonly own: Latin1Buffer;
  readonly room: Latin1Buffer;
  readonly given: Buffer;
} {
  const own = Buffer.alloc(length) as Latin1Buffer;
  const room = Buffer.alloc(ROOM_BYTES + length) as Latin1Buffer;
  return { own, room, given: room.subarray(ROOM_BYTES) };
}

/** Nothing is asynchronous in here, so that the scratches keep their content from one signer to the next. */
export const findSigner: HmacBackend["findSigner"] = (
  signers,
  parts,
  text,
  { text: header, spans },
) => {
  const { own, room, given } = scratches[text];
  // `latin1Write` keeps the low byte of a character: U+0131 would become "1". So it writes ASCII only, which has one UTF-8 byte a character.
  const isAscii = Buffer.byteLength(header) === header.length;
  const end = fillScratch(parts);
  for (const signer of signers) {
    const mac = macOf(signer.key as NodeKey, parts, end, text);
    own.latin1Write(mac, 0, own.length);
    for (let i = 1; i < spans.length; i += 2) {
      const from = spans[i - 1] ?? 0;
      const to = spans[i] ?? 0;
      if (to - from !== own.length) continue;
      if (isAscii && from <= ROOM_BYTES) {
        room.latin1Write(header, ROOM_BYTES - from, to);
        if (timingSafeEqual(own, given)) return signer;
      } else if (equal(mac, header.slice(from, to))) return signer;
    }
  }
  return undefined;
};

/** Compares by `timingSafeEqual`. As UTF-8, no character is taken for another one; only the lengths, which are no secret, change how long it takes. */
export function equal(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}

export const sha256: HmacBackend["sha256"] = (bytes, text) =>
  hash?.("sha256", bytes, text) ?? crypto.createHash("sha256").update(bytes).digest(text);
