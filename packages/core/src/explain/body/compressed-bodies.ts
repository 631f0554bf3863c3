import type { Budget } from "../budget.ts";
import type { BodyVariant } from "./body-variant.ts";
import { compress, compressionOf, decompress, gzipHeads } from "./compression.ts";
import type { ReceivedBody } from "./received-body.ts";

/** A body beyond this share of the bytes (256 KiB) is not compressed again: that costs more than it is likely to tell. */
const SHARE_OF_COMPRESSED = 1 / 256;

/** Opens a body that is still compressed. */
export async function* decompressedBodies(
  { bytes }: ReceivedBody,
  budget: Budget,
): AsyncGenerator<BodyVariant> {
  const format = compressionOf(bytes);
  if (format === undefined) return;
  // What comes out is written and hashed.
  const content = await decompress(bytes, format, budget.bytesLeft / 2);
  if (content === "too_large") budget.leaveOut();
  else if (content) {
    yield {
      code: "body_compressed",
      content,
      evidence: `The body is still compressed (${format}); the signature fits what is in it.`,
      remedy:
        "Decompress it before it is verified: `inflate: true` in the receiver's options does so under maxBodyBytes.",
    };
  }
}

/** Compresses a body that was compressed when it was signed. */
export async function* compressedBodies(
  { bytes }: ReceivedBody,
  budget: Budget,
): AsyncGenerator<BodyVariant> {
  if (budget.isTooMuch(bytes.length, SHARE_OF_COMPRESSED)) return;
  for (const format of ["gzip", "deflate"] as const) {
    const packed = await compress(bytes, format);
    if (packed === undefined) return;
    for (const content of format === "gzip" ? gzipHeads(packed) : [packed]) {
      yield {
        code: "body_decompressed",
        content,
        evidence: `The signature fits the body compressed (${format}): something in front has decompressed it.`,
        remedy:
          "Verify before decompressing: switch off decompression in the proxy or parser in front (express.raw({ inflate: false })).",
      };
    }
  }
}
