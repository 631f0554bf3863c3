/** A stretch of what is hashed: bytes, or text of one byte a character (as HTTP header values are). */
export type Part = Uint8Array | string;

/** A key made ready for one backend; what is inside is that backend's own. */
export interface HmacKey {
  readonly secret: Uint8Array;
}

/** Possible signatures, as stretches of a header. They are not cut out: V8 reads a slice of a string slowly. */
export interface Candidates {
  readonly text: string;
  /** Where each starts and ends, one after the other. */
  readonly spans: readonly number[];
}

/** How a digest is written down. */
export type DigestText = "hex" | "base64" | "base64url";

/**
 * The cryptography that the core needs of a runtime. There are two, held to each other by differential tests: `node.ts` and
 * `web.ts`; the `imports` of package.json choose one as `#crypto`.
 */
export interface HmacBackend {
  /** True if results are returned at once. A backend on WebCrypto returns promises. */
  readonly synchronous: boolean;
  /**
   * @param secret the key bytes; not empty
   * @param platformOnly keep to the platform's own HMAC, as FIPS rules may ask; slower on Node under 24 KiB
   */
  prepareKey(secret: Uint8Array, platformOnly?: boolean): HmacKey;
  /** HMAC-SHA256 (RFC 2104) over the parts behind each other. */
  hmac(key: HmacKey, parts: readonly Part[], text: DigestText): string | Promise<string>;
  /**
   * Finds the first signer whose HMAC-SHA256 over the parts is one of the candidates, compared as {@link equal} does. The parts are put
   * together once, however many signers there are.
   */
  findSigner<Signer extends { readonly key: HmacKey }>(
    signers: readonly Signer[],
    parts: readonly Part[],
    text: DigestText,
    candidates: Candidates,
  ): Signer | undefined | Promise<Signer | undefined>;
  sha256(bytes: Uint8Array, text: DigestText): string | Promise<string>;
  /** Compares a digest with what a sender gave, in a time that tells nothing but whether the lengths are the same. */
  equal(expected: string, given: string): boolean;
}
