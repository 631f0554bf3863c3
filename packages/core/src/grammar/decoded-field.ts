import { utf8 } from "../base/bytes.ts";
import { WebhookError } from "../base/errors.ts";
import { isForm } from "../delivery/form.ts";
import type { Grammar } from "../scheme/scheme.ts";

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PLUS = 0x2b;
const PERCENT = 0x25;
const SPACE = 0x20;

/** Form fields whose decoded value is signed: taken out byte by byte, since nothing is text before it is verified. */
export const decodedField: Required<Pick<Grammar, "signedField">> = {
  signedField({ name: provider, body: definition }, headers, body) {
    const field = definition?.formField?.name ?? "";
    if (!isForm(headers)) return body;
    const [value, another] = encodedValues(body, utf8(field));
    if (value !== undefined && another === undefined) return percentDecode(value);
    throw new WebhookError(
      "signature_mismatch",
      `The form has not exactly one field "${field}", whose value ${provider} signs.`,
    );
  },
};

/** Up to two values of a field. Nobody has signed the form yet, and it may have millions of others: for those nothing is made. */
function encodedValues(form: Uint8Array, field: Uint8Array): readonly Uint8Array[] {
  const values: Uint8Array[] = [];
  let start = 0;
  while (start < form.length && values.length < 2) {
    const at = form.indexOf(AMPERSAND, start);
    const end = at < 0 ? form.length : at;
    if (end - start >= field.length) {
      const pair = form.subarray(start, end);
      const equals = pair.indexOf(EQUALS);
      const name = equals < 0 ? pair : pair.subarray(0, equals);
      if (isSame(percentDecode(name), field)) {
        values.push(equals < 0 ? new Uint8Array() : pair.subarray(equals + 1));
      }
    }
    start = end + 1;
  }
  return values;
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
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
