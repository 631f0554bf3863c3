import { textIfUtf8 } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { headerOf } from "../delivery/headers.ts";
import { KEEP_THE_BYTES } from "./body/body-variant.ts";
import { compressionOf } from "./body/compression.ts";
import { type Mistake, quoted } from "./finding.ts";

/** Says that the body is none: a parser in front has taken it. */
export function parsedBodyMistake(body: unknown): Mistake {
  return {
    code: "body_already_parsed",
    evidence: `The body is ${body === null ? "null" : `of the type ${typeof body}`}, not the bytes that came over the wire.`,
    remedy: KEEP_THE_BYTES,
  };
}

/** The limits of body-parser, Koa, Fastify, nginx, API Gateway and Lambda. */
const PARSER_LIMITS: Readonly<Record<number, string>> = {
  100_000: "100,000 bytes",
  102_400: "100 kB",
  131_072: "128 kB",
  262_144: "256 kB",
  1_000_000: "1,000,000 bytes",
  1_048_576: "1 MB",
  6_291_456: "6 MB",
  10_485_760: "10 MB",
};

/** Says what can be seen in a body whose signature nothing explains. */
export function* bodyMistakes(delivery: Delivery, body: Uint8Array): Generator<Mistake> {
  const length = headerOf(delivery.headers, "content-length")?.trim();
  const sent = length !== undefined && /^\d{1,12}$/.test(length) ? Number(length) : undefined;
  const asSent = sent === undefined ? "" : `, and content-length says ${sent}`;
  const bodiless = sent === undefined && /^(get|head)$/i.test(delivery.method ?? "");
  if (body.length === 0 && sent !== 0 && !bodiless) {
    yield {
      code: "body_empty",
      evidence: `The body that was passed is empty${asSent}.`,
      remedy: `Something in front has read it. ${KEEP_THE_BYTES}`,
    };
    return;
  }
  if (body.length < 64 && isObjectAsText(body)) {
    yield {
      code: "body_already_parsed",
      evidence: 'The body is the text "[object Object]": a parsed body was made text of.',
      remedy: KEEP_THE_BYTES,
    };
    return;
  }
  const lengthChanged = sent !== undefined && sent !== body.length;
  const lost = countReplacements(body);
  if (lost > 0 && (lengthChanged || (sent === undefined && typeof delivery.body === "string"))) {
    yield {
      code: "body_replaced_characters",
      evidence: `The body has ${lost} U+FFFD, which a decoder puts in the place of bytes that are not UTF-8${asSent}. Those bytes are lost; no search can bring them back.`,
      remedy: `Don't decode the body before it is verified. ${KEEP_THE_BYTES}`,
    };
  }
  const encoding = headerOf(delivery.headers, "content-encoding")?.trim().toLowerCase();
  if (encoding && encoding !== "identity") yield* encodingMistakes(encoding, body, asSent);
  const cutAt = sent === undefined || sent > body.length ? PARSER_LIMITS[body.length] : undefined;
  if (cutAt !== undefined) {
    yield {
      code: "body_truncated",
      evidence: `The body has exactly ${cutAt}${asSent}: that is the limit of a parser or proxy, which cut it.`,
      remedy: "Raise the limit of what reads the body, or have it refuse larger bodies with 413.",
    };
  } else if (lengthChanged && lost === 0 && !encoding) {
    yield {
      code: "body_length",
      evidence: `The body has ${body.length} bytes${asSent}: it was changed, or cut, after it arrived.`,
      remedy: KEEP_THE_BYTES,
    };
  }
}

/** Names a body that is not what its content-encoding says, or that nothing here can decompress. */
function* encodingMistakes(encoding: string, body: Uint8Array, asSent: string): Generator<Mistake> {
  const says = `content-encoding says ${quoted(encoding.slice(0, 20))}`;
  const packed = compressionOf(body);
  if (textIfUtf8(body) !== undefined || (/^(x-)?gzip$/.test(encoding) && packed === undefined)) {
    yield {
      code: "body_decompressed",
      evidence: `${says}, and the body is not compressed${asSent}.`,
      remedy:
        "Something in front has decompressed it. If the provider signs the compressed bytes, verify before decompressing.",
    };
  } else if (packed === undefined || !/^((x-)?gzip|deflate)$/.test(encoding)) {
    yield {
      code: "body_compressed",
      evidence: `${says}, and the body is no text: it is still compressed, in a way that can't be undone here.`,
      remedy: "Decompress it before it is verified, if the provider signs what is in it.",
    };
  }
}

function isObjectAsText(body: Uint8Array): boolean {
  return /^\[object \w+\]$/.test(textIfUtf8(body) ?? "");
}

function countReplacements(body: Uint8Array): number {
  let count = 0;
  for (let at = body.indexOf(0xef); at >= 0; at = body.indexOf(0xef, at + 1)) {
    if (body[at + 1] === 0xbf && body[at + 2] === 0xbd) count++;
  }
  return count;
}
