import { fromBase64, textIfUtf8, toBase64, utf8 } from "../../base/bytes.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body-variant.ts";
import type { Budget } from "../budget.ts";
import { envelopedBodies } from "./envelopes.ts";
import { compress, compressionOf, decompress, gzipHeads } from "./compression.ts";
import type { FindingCode } from "../finding.ts";

const variant = (
  code: FindingCode,
  bytes: Uint8Array,
  evidence: string,
  remedy: string = KEEP_THE_BYTES,
): BodyVariant => ({ bytes, mistake: { code, evidence, remedy } });

/** What a gateway or a careless line puts around a body: base64, a JSON string, an event object. */
export function* wrappedBodies(body: Uint8Array): Generator<BodyVariant> {
  const text = textIfUtf8(body);

  if (text !== undefined) {
    const bare = text.trim().replace(/^"([^"]*)"$/, "$1");
    const decoded = base64Of(bare);
    if (decoded) {
      yield variant(
        "body_base64",
        decoded,
        "The signature fits what the body is the base64 of.",
        'Decode it first: API gateways set isBase64Encoded, and the bytes are Buffer.from(event.body, "base64").',
      );
    }
    const value = jsonOf(text);
    if (typeof value === "object" && value !== null) {
      for (const { bytes, what, remedy } of bytesIn(value)) {
        yield variant(
          "body_wrapped",
          bytes,
          `The body is ${what}, and the signature fits what is in it.`,
          remedy,
        );
      }
    }
    yield* envelopedBodies(body);
    yield variant(
      "body_json_string",
      utf8(JSON.stringify(text)),
      "The signature fits the body as one JSON string: it was parsed once on the way.",
    );
    yield variant(
      "body_json_string",
      utf8(JSON.stringify(JSON.stringify(text))),
      "The signature fits the body as a JSON string in a JSON string: it was parsed twice on the way.",
    );
  }
  yield variant(
    "body_base64",
    utf8(toBase64(body)),
    "The signature fits the base64 of the body: it was decoded on the way.",
  );
}

/** What a body that is still compressed holds. */
export async function* decompressedBodies(
  body: Uint8Array,
  budget: Budget,
): AsyncGenerator<BodyVariant> {
  const format = compressionOf(body);
  if (format === undefined) return;
  // What comes out is written and hashed.
  const bytes = await decompress(body, format, budget.bytesLeft / 2);
  if (bytes === "too_large") budget.leaveOut();
  else if (bytes) {
    yield variant(
      "body_compressed",
      bytes,
      `The body is still compressed (${format}); the signature fits what is in it (${bytes.length} bytes).`,
      "Decompress it before it is verified: `inflate: true` in the receiver's options does so under maxBodyBytes.",
    );
  }
}

/** A body that was compressed when it was signed. */
export async function* compressedBodies(body: Uint8Array): AsyncGenerator<BodyVariant> {
  for (const packing of ["gzip", "deflate"] as const) {
    // oxlint-disable-next-line no-await-in-loop -- the second only if the first was not it
    const bytes = await compress(body, packing);
    if (bytes === undefined) return;
    for (const file of packing === "gzip" ? gzipHeads(bytes) : [bytes]) {
      yield variant(
        "body_decompressed",
        file,
        `The signature fits the body compressed (${packing}): something in front has decompressed it.`,
        "Verify before decompressing: switch off decompression in the proxy or parser in front (express.raw({ inflate: false })).",
      );
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function base64Of(text: string): Uint8Array | undefined {
  const bare = text
    .replaceAll(/[\r\n]/g, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  return bare.length < 4 ? undefined : fromBase64(bare);
}

/** Reads what JSON makes of a Buffer or Uint8Array. */
function* bytesIn(value: object): Generator<{ bytes: Uint8Array; what: string; remedy: string }> {
  const { data, type } = value as { data?: unknown; type?: unknown };
  const remedy = `Pass the bytes themselves, not what JSON.stringify makes of them. ${KEEP_THE_BYTES}`;
  if (type === "Buffer" && isBytes(data)) {
    yield { bytes: Uint8Array.from(data), what: "the JSON of a Buffer", remedy };
  }
  const values = Object.values(value) as unknown[];
  if (Object.hasOwn(value, "0") && !Array.isArray(value) && isBytes(values)) {
    yield { bytes: Uint8Array.from(values), what: "the JSON of a Uint8Array", remedy };
  }
}

function isBytes(values: unknown): values is number[] {
  return (
    Array.isArray(values) &&
    values.every(
      (byte) => Number.isInteger(byte) && (byte as number) >= 0 && (byte as number) < 256,
    )
  );
}
