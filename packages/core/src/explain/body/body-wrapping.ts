import { fromBase64, toBase64 } from "../../base/bytes.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body-variant.ts";
import type { ReceivedBody } from "./received-body.ts";

const WRAPPED_REMEDY = `Pass the bytes themselves, not what JSON.stringify makes of them. ${KEEP_THE_BYTES}`;

/** Undoes a careless line of the receiver's: base64, a JSON string, a Buffer made JSON. */
export function* wrappedBodies({ text, value }: ReceivedBody): Generator<BodyVariant> {
  if (text === undefined) return;
  const bare = text
    .trim()
    .replace(/^"([^"]*)"$/, "$1")
    .replaceAll(/[\r\n]/g, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  const decoded = bare.length < 4 ? undefined : fromBase64(bare);
  if (decoded) {
    yield {
      code: "body_base64",
      content: decoded,
      evidence: "The signature fits what the body is the base64 of.",
      remedy:
        'Decode it first: API gateways set isBase64Encoded, and the bytes are Buffer.from(event.body, "base64").',
    };
  }
  for (const [content, what] of bytesIn(value)) {
    const evidence = `The body is ${what}, and the signature fits what is in it.`;
    yield { code: "body_wrapped", content, evidence, remedy: WRAPPED_REMEDY };
  }
}

/** Does again what was undone on the way: JSON that was parsed once too often, base64 that was decoded. */
export function* unwrappedBodies({ bytes, text }: ReceivedBody): Generator<BodyVariant> {
  if (text !== undefined) {
    const once = JSON.stringify(text);
    yield {
      code: "body_json_string",
      content: once,
      evidence:
        "The signature fits the body as one JSON string: it was parsed once too often on the way.",
    };
    yield {
      code: "body_json_string",
      content: JSON.stringify(once),
      evidence:
        "The signature fits the body as a JSON string in a JSON string: it was parsed twice too often on the way.",
    };
  }
  yield {
    code: "body_base64",
    content: toBase64(bytes),
    evidence: "The signature fits the base64 of the body: it was decoded on the way.",
  };
}

/** Reads what JSON makes of a Buffer or Uint8Array. */
function* bytesIn(value: unknown): Generator<readonly [content: Uint8Array, what: string]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const { data, type } = value as { data?: unknown; type?: unknown };
  if (type === "Buffer" && isBytes(data)) yield [Uint8Array.from(data), "the JSON of a Buffer"];
  const values: unknown[] = Object.hasOwn(value, "0") ? Object.values(value) : [];
  if (isBytes(values)) yield [Uint8Array.from(values), "the JSON of a Uint8Array"];
}

function isBytes(values: unknown): values is number[] {
  return Array.isArray(values) && values.length > 0 && values.every(isByte);
}

function isByte(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 256;
}
