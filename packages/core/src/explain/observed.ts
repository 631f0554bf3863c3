import { decodeUtf8 } from "../bytes.ts";
import type { Delivery } from "../delivery.ts";
import type { WebhookError } from "../errors.ts";
import { headerOf } from "../headers.ts";
import { KEEP_THE_BYTES } from "./body-variant.ts";
import { compressionOf } from "./compression.ts";
import type { FindingCode, Mistake } from "./finding.ts";

/** What the error of a failed verification says by itself. */
const CODE_OF_ERROR: Partial<Record<WebhookError["code"], FindingCode>> = {
  body_malformed: "body_malformed",
  id_missing: "id_missing",
  secret_unavailable: "secret_unusable",
  signature_malformed: "signature_malformed",
  signature_missing: "signature_missing",
  timestamp_missing: "timestamp_missing",
  config_invalid: "request_incomplete",
};

const REMEDY_OF_ERROR: Partial<Record<FindingCode, string>> = {
  body_malformed: "Set body.format in the definition to what the provider sends.",
  id_missing: 'Set id in the definition to where the provider puts it, or dedup to "content".',
  secret_unusable:
    "Give the secret as the provider shows it; where white space belongs to it, give it as bytes.",
  signature_malformed: "Compare the header as it arrives with signature in the definition.",
  signature_missing:
    "Look at the webhook's settings at the provider; a request of anybody else has no signature either.",
  timestamp_missing: "Have every proxy in front pass the header on.",
  request_incomplete: "Pass what the provider signs with the delivery.",
};

/** A mistake that the error itself names; undefined where it only says that the signature does not match. */
export function mistakeOfError(error: WebhookError, isAboutSecret: boolean): Mistake | undefined {
  const code = isAboutSecret ? "secret_unusable" : CODE_OF_ERROR[error.code];
  return code && { code, evidence: error.message, remedy: REMEDY_OF_ERROR[code] ?? "" };
}

/** The body is no body: a parser in front has taken it. */
export function parsedBodyMistake(body: unknown): Mistake {
  return {
    code: "body_already_parsed",
    evidence: `The body is ${body === null ? "null" : `of the type ${typeof body}`}, not the bytes that came over the wire.`,
    remedy: KEEP_THE_BYTES,
  };
}

/** What can be seen in a body whose signature nothing explains. */
export function* bodyMistakes(delivery: Delivery, body: Uint8Array): Generator<Mistake> {
  const length = headerOf(delivery.headers, "content-length")?.trim();
  const sent = length !== undefined && /^\d{1,12}$/.test(length) ? Number(length) : undefined;
  const asSent = sent === undefined ? "" : `, and content-length says ${sent}`;
  if (body.length === 0 && sent !== 0) {
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
  if (
    encoding &&
    encoding !== "identity" &&
    compressionOf(body) === undefined &&
    encoding !== "br"
  ) {
    yield {
      code: "body_decompressed",
      evidence: `content-encoding says ${JSON.stringify(encoding.slice(0, 20))}, and the body is not compressed${asSent}.`,
      remedy:
        "Something in front has decompressed it. If the provider signs the compressed bytes, verify before decompressing.",
    };
  }
  if (lengthChanged && lost === 0 && !encoding) {
    yield {
      code: "body_length",
      evidence: `The body has ${body.length} bytes${asSent}: it was changed, or cut, after it arrived.`,
      remedy: KEEP_THE_BYTES,
    };
  }
}

function isObjectAsText(body: Uint8Array): boolean {
  try {
    return /^\[object \w+\]$/.test(decodeUtf8(body));
  } catch {
    return false;
  }
}

function countReplacements(body: Uint8Array): number {
  let count = 0;
  for (let at = body.indexOf(0xef); at >= 0; at = body.indexOf(0xef, at + 1)) {
    if (body[at + 1] === 0xbf && body[at + 2] === 0xbd) count++;
  }
  return count;
}
