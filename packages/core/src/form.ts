import { decodeUtf8 } from "./bytes.ts";
import { type HeadersLike, headerOf } from "./headers.ts";

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PLUS = 0x2b;
const PERCENT = 0x25;
const SPACE = 0x20;

/** Whether the content type says `application/x-www-form-urlencoded`. */
export function isForm(headers: HeadersLike): boolean {
  const type = headerOf(headers, "content-type");
  return type !== undefined && /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(type);
}

/** The decoded bytes of a form's field; undefined where the form has it not exactly once. */
export function formField(form: Uint8Array, name: string): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  for (const [key, value] of pairsOf(form)) {
    if (!isText(key, name)) continue;
    if (found !== undefined) return undefined;
    found = value;
  }
  return found;
}

/** A form as a record; a repeated field becomes a list. Throws a `TypeError` where a name or value is not UTF-8. */
export function decodeForm(form: Uint8Array): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const [key, value] of pairsOf(form)) {
    const name = decodeUtf8(key);
    const text = decodeUtf8(value);
    const before = fields.get(name);
    if (Array.isArray(before)) before.push(text);
    else fields.set(name, before === undefined ? text : [before, text]);
  }
  // `fromEntries` defines properties: a field called `__proto__` is one like any other.
  return Object.fromEntries(fields);
}

function isText(bytes: Uint8Array, text: string): boolean {
  try {
    return decodeUtf8(bytes) === text;
  } catch {
    return false;
  }
}

function* pairsOf(form: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  let start = 0;
  while (start < form.length) {
    const at = form.indexOf(AMPERSAND, start);
    const end = at < 0 ? form.length : at;
    if (end > start) {
      const pair = form.subarray(start, end);
      const equals = pair.indexOf(EQUALS);
      yield equals < 0
        ? [percentDecode(pair), new Uint8Array()]
        : [percentDecode(pair.subarray(0, equals)), percentDecode(pair.subarray(equals + 1))];
    }
    start = end + 1;
  }
}

/** As the WHATWG URL standard decodes forms: `+` is a space, a `%` without two hex digits is itself. */
function percentDecode(encoded: Uint8Array): Uint8Array {
  const decoded = new Uint8Array(encoded.length);
  let length = 0;
  for (let i = 0; i < encoded.length; i++) {
    let byte = encoded[i] ?? 0;
    if (byte === PLUS) byte = SPACE;
    else if (byte === PERCENT) {
      const high = hexDigit(encoded[i + 1]);
      const low = hexDigit(encoded[i + 2]);
      if (high !== undefined && low !== undefined) {
        byte = 16 * high + low;
        i += 2;
      }
    }
    decoded[length++] = byte;
  }
  return decoded.subarray(0, length);
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : undefined;
}

/** Encodes a form as browsers do. */
export function encodeForm(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}
