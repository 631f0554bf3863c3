import { decodeUtf8 } from "../base/bytes.ts";
import { type HeadersLike, headerOf } from "./headers.ts";

/** Tells whether the content type is `application/x-www-form-urlencoded`. */
export function isForm(headers: HeadersLike): boolean {
  const type = headerOf(headers, "content-type") ?? "";
  return /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(type);
}

/**
 * Tells whether a verified body is a form. The content type is not signed: a delivery can be sent again under another one, and text within its
 * JSON (`&payload=…`) must not become a field by that. So what begins as JSON does is none.
 */
export function isFormBody(headers: HeadersLike, body: Uint8Array): boolean {
  if (!isForm(headers)) return false;
  // Behind white space and a byte order mark.
  const first = body.find((byte) => byte > 0x20 && byte < 0x80) ?? 0;
  return !'{["'.includes(String.fromCharCode(first));
}

/** The value of a form's field; undefined where the form has it not exactly once. Throws where the form is not UTF-8. */
export function formField(form: Uint8Array, name: string): string | undefined {
  const values = fieldsOf(form).getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/** A form as a record; a repeated field becomes a list. Throws where it is not UTF-8. */
export function decodeForm(form: Uint8Array): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of fieldsOf(form)) {
    const before = fields.get(name);
    if (Array.isArray(before)) before.push(value);
    else fields.set(name, before === undefined ? value : [before, value]);
  }
  // `fromEntries` defines properties: a field called `__proto__` is one like any other.
  return Object.fromEntries(fields);
}

function fieldsOf(form: Uint8Array): URLSearchParams {
  const text = decodeUtf8(form);
  // `URLSearchParams` would replace what is not UTF-8; this throws, for all but a `%` that stands for itself.
  decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, ""));
  // It would take a question mark in front for the beginning of a query.
  return new URLSearchParams(text.replace(/^\?/, "%3F"));
}

/** Encodes a form as browsers do. */
export function encodeForm(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}
