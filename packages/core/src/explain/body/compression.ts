import { concat } from "../../base/bytes.ts";

type Format = "gzip" | "deflate" | "deflate-raw";

/** Recognises by the first bytes what a body is compressed with. */
export function compressionOf(bytes: Uint8Array): Format | undefined {
  const [first = 0, second = 0] = bytes;
  if (first === 0x1f && second === 0x8b) return "gzip";
  // RFC 1950: the method is 8, and the two bytes together are a multiple of 31.
  if (first % 16 === 8 && first >> 4 <= 7 && (256 * first + second) % 31 === 0) return "deflate";
  return undefined;
}

/**
 * Decompresses with what the runtime has.
 *
 * @returns undefined where it has nothing, or the bytes are not compressed; "too_large" where more than `maxBytes` come out
 */
export async function decompress(
  bytes: Uint8Array,
  format: Format,
  maxBytes: number,
): Promise<Uint8Array | "too_large" | undefined> {
  if (typeof DecompressionStream !== "function") return undefined;
  return through(new DecompressionStream(format), bytes, maxBytes);
}

/** Compresses with what the runtime has; undefined where it has nothing. */
export async function compress(bytes: Uint8Array, format: Format): Promise<Uint8Array | undefined> {
  if (typeof CompressionStream !== "function") return undefined;
  const packed = await through(new CompressionStream(format), bytes, bytes.length + 1024);
  return packed === "too_large" ? undefined : packed;
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array | "too_large" | undefined> {
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const written = writer.write(bytes as BufferSource).then(() => writer.close());
  // A failure shows on the reading side too; there it is handled.
  written.catch(() => {});
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      // One chunk after the other: a bomb must not be unpacked further than allowed.
      // oxlint-disable-next-line no-await-in-loop
      const { done, value } = await reader.read();
      if (done) return concat(chunks);
      length += value.length;
      if (length > maxBytes) {
        await reader.cancel();
        return "too_large";
      }
      chunks.push(value);
    }
  } catch {
    return undefined;
  }
}

/** The operating systems and levels that libraries write into the head of a gzip file. */
const OPERATING_SYSTEMS = [3, 255, 0, 10, 11, 19];
const LEVELS = [0, 2, 4];

/** Makes the same gzip file with the heads that different libraries write. */
export function* gzipHeads(file: Uint8Array): Generator<Uint8Array> {
  for (const level of LEVELS) {
    for (const system of OPERATING_SYSTEMS) {
      const variant = file.slice();
      variant[8] = level;
      variant[9] = system;
      yield variant;
    }
  }
}
