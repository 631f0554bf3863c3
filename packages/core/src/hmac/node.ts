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
const outer = new Uint8Array(BLOCK_BYTES + DIGEST_BYTES);
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
    if (typeof part === "string") writeText(inner, start, part);
    else inner.set(part, start);
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
  writeText(outer, BLOCK_BYTES, hash("sha256", filled(end), "binary"));
  return hash("sha256", outer, text);
}

export const hmac: HmacBackend["hmac"] = (key, parts, text) =>
  macOf(key as NodeKey, parts, fillScratch(parts), text);

/** What is compared, as bytes: our signature, and one for each candidate. Every byte is written anew before it is looked at. */
const scratches = { hex: scratch(64), base64: scratch(44), base64url: scratch(43) };

function scratch(length: number): { readonly own: Buffer; readonly given: Buffer[] } {
  return { own: Buffer.alloc(length), given: [Buffer.alloc(length)] };
}

/** Nothing is asynchronous in here, so that the scratches keep their content from one signer to the next. */
export const findSigner: HmacBackend["findSigner"] = (
  signers,
  parts,
  text,
  { text: header, spans },
) => {
  const { own, given } = scratches[text];
  let count = 0;
  for (let i = 1; i < spans.length; i += 2) {
    const start = spans[i - 1] ?? 0;
    if (spans[i] !== start + own.length) continue;
    const bytes = (given[count] ??= Buffer.alloc(own.length));
    if (writeCandidate(bytes, header, start)) count++;
  }
  if (count === 0) return undefined;
  const end = fillScratch(parts);
  for (const signer of signers) {
    own.write(macOf(signer.key as NodeKey, parts, end, text), "latin1");
    for (let i = 0; i < count; i++) {
      const bytes = given[i];
      if (bytes !== undefined && crypto.timingSafeEqual(own, bytes)) return signer;
    }
  }
  return undefined;
};

/**
 * Writes as many characters as fit. Nothing secret is read here.
 *
 * @returns false where one is no byte: cut to one, it could be taken for a character that is right
 */
function writeCandidate(into: Uint8Array, text: string, start: number): boolean {
  let all = 0;
  for (let i = 0; i < into.length; i++) {
    const code = text.charCodeAt(start + i);
    all |= code;
    into[i] = code;
  }
  return all <= 0xff;
}

/** Compares by `timingSafeEqual`. As UTF-8, no character is taken for another one; only the lengths, which are no secret, change how long it takes. */
export const equal: HmacBackend["equal"] = (expected, given) => {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && crypto.timingSafeEqual(left, right);
};

/** Writes one byte a character. For the few characters of an id or a digest the loop is cheaper than a call into Node. */
function writeText(into: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) into[offset + i] = text.charCodeAt(i);
}

export const sha256: HmacBackend["sha256"] = (bytes, text) =>
  hash?.("sha256", bytes, text) ?? crypto.createHash("sha256").update(bytes).digest(text);
