// The only file of the core that knows Node. It also serves Bun and Deno, whose `node:crypto` is native.
import * as crypto from "node:crypto";
import type { DigestText, HmacBackend, HmacKey, Part } from "./backend.ts";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * Above this, copying the content into the scratch costs more than a hash object does; `npm run bench` shows where they meet.
 */
const COMPOSED_LIMIT_BYTES = 16 * 1024;

/** Absent before Node 20.12 and in some other runtimes. */
const hash: typeof crypto.hash | undefined = (crypto as { hash?: typeof crypto.hash }).hash;

interface NodeKey extends HmacKey {
  readonly object: crypto.KeyObject;
  /** The key block XOR ipad and opad; undefined where only the platform's HMAC may be used. */
  readonly pads: { readonly inner: Uint8Array; readonly outer: Uint8Array } | undefined;
}

// One scratch for the module: nothing asynchronous or foreign runs between filling it and hashing it.
const inner = Buffer.alloc(BLOCK_BYTES + COMPOSED_LIMIT_BYTES);
const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
let padsInScratch: NodeKey["pads"];

function prepareKey(secret: Uint8Array, platformOnly = false): NodeKey {
  const object = crypto.createSecretKey(secret);
  const composed = hash !== undefined && !platformOnly && crypto.getFips() === 0;
  return { secret, object, pads: composed ? padsOf(secret) : undefined };
}

function padsOf(secret: Uint8Array): { inner: Uint8Array; outer: Uint8Array } {
  const block =
    secret.length > BLOCK_BYTES ? crypto.createHash("sha256").update(secret).digest() : secret;
  const pads = {
    inner: new Uint8Array(BLOCK_BYTES).fill(0x36),
    outer: new Uint8Array(BLOCK_BYTES).fill(0x5c),
  };
  for (const [i, byte] of block.entries()) {
    pads.inner[i] = 0x36 ^ byte;
    pads.outer[i] = 0x5c ^ byte;
  }
  return pads;
}

function lengthOf(parts: readonly Part[]): number {
  let length = 0;
  for (const part of parts) length += part.length;
  return length;
}

function hmac(key: HmacKey, parts: readonly Part[], text: DigestText): string {
  const { pads, object } = key as NodeKey;
  if (pads === undefined || hash === undefined || lengthOf(parts) > COMPOSED_LIMIT_BYTES) {
    return update(crypto.createHmac("sha256", object), parts).digest(text);
  }
  if (padsInScratch !== pads) {
    inner.set(pads.inner);
    outer.set(pads.outer);
    padsInScratch = pads;
  }
  let end = BLOCK_BYTES;
  for (const part of parts) {
    if (typeof part === "string") end += inner.write(part, end, "latin1");
    else {
      inner.set(part, end);
      end += part.length;
    }
  }
  // Text is cheaper than a Buffer here; "binary" is Latin-1, which keeps every byte.
  outer.write(hash("sha256", inner.subarray(0, end), "binary"), BLOCK_BYTES, "latin1");
  return hash("sha256", outer, text);
}

function sha256(parts: readonly Part[], text: DigestText): string {
  const [only] = parts;
  if (hash !== undefined && parts.length === 1 && only instanceof Uint8Array) {
    return hash("sha256", only, text);
  }
  return update(crypto.createHash("sha256"), parts).digest(text);
}

function update<H extends crypto.Hash | crypto.Hmac>(into: H, parts: readonly Part[]): H {
  for (const part of parts) {
    if (typeof part === "string") into.update(part, "latin1");
    else into.update(part);
  }
  return into;
}

const LONGEST_DIGEST_TEXT = 2 * DIGEST_BYTES;
const left = Buffer.alloc(LONGEST_DIGEST_TEXT);
const right = Buffer.alloc(LONGEST_DIGEST_TEXT);

function equal(expected: string, given: string): boolean {
  if (expected.length !== given.length || expected.length > LONGEST_DIGEST_TEXT) return false;
  // Whatever the scratch holds behind a shorter digest: make it the same on both sides.
  if (expected.length < LONGEST_DIGEST_TEXT) {
    left.fill(0, expected.length);
    right.fill(0, expected.length);
  }
  left.write(expected, 0, "latin1");
  right.write(given, 0, "latin1");
  // Latin-1 writing folds U+0131 onto "1". The plain comparison is reached only with a digest that is right but for such a
  // fold, so its timing tells an attacker nothing.
  return crypto.timingSafeEqual(left, right) && expected === given;
}

/** HMAC on `node:crypto`. */
export const backend: HmacBackend = { synchronous: true, prepareKey, hmac, sha256, equal };
