// The only file of the core that knows Node. It also serves Bun and Deno, whose `node:crypto` is native.
import * as crypto from "node:crypto";
import type { Candidate, DigestText, HmacBackend, HmacKey, Part } from "./backend.ts";

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

/** Beginnings of the scratch, kept by length: making one costs a third as much as hashing a small body. */
const beginnings: (Uint8Array | undefined)[] = Array.from({ length: 256 });

function beginningOf(end: number): Uint8Array {
  const index = end % beginnings.length;
  const kept = beginnings[index];
  return kept?.length === end ? kept : (beginnings[index] = inner.subarray(0, end));
}

function prepareKey(secret: Uint8Array, platformOnly = false): NodeKey {
  const object = crypto.createSecretKey(secret);
  const composed = hash !== undefined && !platformOnly && crypto.getFips() === 0;
  return { secret, object, pads: composed ? padsOf(secret) : undefined };
}

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
  writeText(outer, BLOCK_BYTES, hash("sha256", beginningOf(end), "binary"));
  return hash("sha256", outer, text);
}

function hmac(key: HmacKey, parts: readonly Part[], text: DigestText): string {
  return macOf(key as NodeKey, parts, fillScratch(parts), text);
}

/** Nothing is asynchronous in here, so that the scratch keeps its content from one signer to the next. */
function findSigner<Signer extends { readonly key: HmacKey }>(
  signers: readonly Signer[],
  parts: readonly Part[],
  text: DigestText,
  candidates: readonly Candidate[],
): Signer | undefined {
  const end = fillScratch(parts);
  for (const signer of signers) {
    const expected = macOf(signer.key as NodeKey, parts, end, text);
    for (const candidate of candidates) if (isEqual(expected, candidate)) return signer;
  }
  return undefined;
}

/** A header is written as a whole, so that its candidate begins here: a candidate that is cut out costs twice as much to write. */
const CANDIDATE_AT = 64;
const LONGEST_DIGEST_TEXT = 2 * DIGEST_BYTES;
const LONGEST_HEADER = 512;

const header = Buffer.alloc(CANDIDATE_AT + LONGEST_HEADER) as WithFastWrite;

/** What is compared, as views of fixed lengths, so that nothing of a longer text is left in them. */
const views = Array.from({ length: LONGEST_DIGEST_TEXT + 1 }, (_, length) => ({
  expected: Buffer.alloc(length) as WithFastWrite,
  candidate: header.subarray(CANDIDATE_AT, CANDIDATE_AT + length),
}));

/** `write(text, offset, length, "latin1")` without looking at its arguments; in Node, Bun and Deno, but not in the types. */
interface WithFastWrite extends Buffer {
  latin1Write(text: string, offset: number, length: number): number;
}

/** Compares a digest with a candidate by `timingSafeEqual`. Only lengths, which are no secret, change how long it takes. */
function isEqual(expected: string, { text, start, end }: Candidate): boolean {
  const { length } = expected;
  const view = end - start === length ? views[length] : undefined;
  if (view === undefined) return false;
  if (start > CANDIDATE_AT || text.length > LONGEST_HEADER) {
    return isEqual(expected, { text: text.slice(start, end), start: 0, end: length });
  }
  view.expected.latin1Write(expected, 0, length);
  header.latin1Write(text, CANDIDATE_AT - start, text.length);
  return crypto.timingSafeEqual(view.expected, view.candidate) && isUncut(expected, text, start);
}

/**
 * Tells whether a text is what its bytes said: beyond a byte, a character was cut to one that may be right. Asked only where the bytes are
 * right, so its timing tells nothing. In ASCII nothing can have been cut, and that is known at once.
 */
function isUncut(expected: string, text: string, start: number): boolean {
  return Buffer.byteLength(text) === text.length || text.startsWith(expected, start);
}

function equal(expected: string, given: string): boolean {
  return isEqual(expected, { text: given, start: 0, end: given.length });
}

/** Writes one byte a character. For the few characters of an id or a digest the loop is cheaper than a call into Node. */
function writeText(into: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) into[offset + i] = text.charCodeAt(i);
}

function sha256(bytes: Uint8Array, text: DigestText): string {
  return hash?.("sha256", bytes, text) ?? crypto.createHash("sha256").update(bytes).digest(text);
}

/** HMAC on `node:crypto`. */
export const backend: HmacBackend = {
  synchronous: true,
  prepareKey,
  hmac,
  findSigner,
  sha256,
  equal,
};
