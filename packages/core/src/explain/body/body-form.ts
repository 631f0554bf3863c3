import { textIfUtf8, utf8 } from "../../base/bytes.ts";
import { decodeForm } from "../../delivery/form.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body-variant.ts";
import { quoted } from "../finding.ts";

/** No form of a webhook has more; to encode very many would take long. */
const MAX_FIELDS = 1000;
const MAX_DEPTH = 10;
/** Of so many fields each is tried alone. */
const MAX_SINGLE_FIELDS = 20;

/** Fields in which providers send JSON in a form. */
const FIELDS = ["payload", "body", "data", "json"];

/** Without it a form is taken for JSON. */
export const PASS_CONTENT_TYPE = "Pass the content-type header on.";

const variant = (
  signed: string,
  evidence: string,
  remedy: string = KEEP_THE_BYTES,
): BodyVariant => ({
  bytes: utf8(signed),
  mistake: { code: "body_form_encoding", evidence, remedy },
});

/** A form that should have been decoded, was decoded, or was encoded in another way. */
export function* formBodies(body: Uint8Array): Generator<BodyVariant> {
  const text = textIfUtf8(body);
  if (text === undefined) return;
  if (isFormText(text)) {
    const fields = fieldsOf(body);
    for (const [name, value] of fields.slice(0, MAX_SINGLE_FIELDS)) {
      yield variant(
        value,
        `The body is a form, and the signature fits the decoded value of its field ${quoted(name.slice(0, 40))}.`,
        `${PASS_CONTENT_TYPE} If the definition does not say so yet, it needs body.formField: { name, signed: "decoded" }.`,
      );
    }
    for (const { signed, how } of encodings(fields)) {
      yield variant(
        signed,
        `The signature fits the same form, ${how}: it was parsed and encoded again.`,
      );
    }
    for (const { signed, name } of withoutOneField(text)) {
      yield variant(
        signed,
        `The signature fits the form without its field ${quoted(name.slice(0, 40))}, which was added on the way.`,
      );
    }
    yield variant(
      decodedAsOne(text),
      "The signature fits the body with its percent-encoding undone.",
    );
    return;
  }

  const parsed = objectIn(text);
  for (const value of typeof parsed === "string" ? [text, parsed] : [text]) {
    for (const name of FIELDS) {
      for (const { signed } of encodings([[name, value]])) {
        yield variant(
          signed,
          `The signature fits the form whose field "${name}" the body is: it was decoded on the way.`,
        );
      }
    }
  }
  if (typeof parsed === "object") {
    for (const fields of fieldsIn(parsed)) {
      for (const { signed } of encodings(fields)) {
        yield variant(signed, "The signature fits the form that the body was parsed from.");
      }
    }
    for (const [name, value] of Object.entries(parsed) as [string, unknown][]) {
      if (!FIELDS.includes(name) || typeof value !== "string") continue;
      yield variant(
        value,
        `The body is what a form was parsed into, and the signature fits its field "${name}".`,
      );
    }
  }
  yield variant(encodeURIComponent(text), "The signature fits the body percent-encoded.");
}

/** The form, as it was sent, without one of its fields. */
function* withoutOneField(text: string): Generator<{ signed: string; name: string }> {
  const pieces = text.split("&", MAX_SINGLE_FIELDS);
  if (pieces.length < 2 || pieces.join("&") !== text) return;
  for (const [place, piece] of pieces.entries()) {
    const signed = pieces.filter((_, index) => index !== place).join("&");
    yield { signed, name: piece.split("=", 1)[0] ?? "" };
  }
}

/** Returns a form with one field, as each language encodes it. */
export function* formsOf(name: string, value: string): Generator<string> {
  for (const { signed } of encodings([[name, value]])) yield signed;
}

/** Whether a text is written as a form is. */
export function isFormText(text: string): boolean {
  return /^[^\s={}[\]"]+=\S*$/.test(text);
}

type FormField = readonly [name: string, value: string];

/** The fields of a form, a repeated one beside its first. */
function fieldsOf(body: Uint8Array): readonly FormField[] {
  try {
    return flattened(decodeForm(body), "");
  } catch {
    return [];
  }
}

/** A JSON object or text; undefined where the body is neither. */
function objectIn(text: string): object | string | undefined {
  if (!/^\s*[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object | string;
  } catch {
    return undefined;
  }
}

/** The fields that a parser may have made this record of. */
function* fieldsIn(record: object): Generator<readonly FormField[]> {
  const fields = flattened(record, "");
  yield fields;
  if (!Object.values(record).some((value) => typeof value === "object")) return;
  yield inTurns(fields);
  yield flattened(record, "[]");
  yield flattened(record, "[0]");
}

/**
 * Fields of a record, those of records within it like `user[name]`.
 *
 * @param list how the fields of a list are called: by its name alone, like `tags[]`, or like `tags[0]`
 */
function flattened(record: object, list: "" | "[]" | "[0]"): readonly FormField[] {
  const fields: FormField[] = [];
  add("", record, 0);
  // A part of a form is not what was signed.
  return fields.length <= MAX_FIELDS ? fields : [];

  function add(name: string, value: unknown, depth: number): void {
    if (typeof value === "string") fields.push([name, value]);
    if (typeof value !== "object" || value === null) return;
    if (depth > MAX_DEPTH || fields.length > MAX_FIELDS) return;
    for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
      const place = Array.isArray(value) ? list.replace("0", key) : `[${key}]`;
      add(depth === 0 ? key : name + place, inner, depth + 1);
    }
  }
}

/** First the first field of each name, then the second ones, as rows of a table are sent. */
function inTurns(fields: readonly FormField[]): readonly FormField[] {
  const counts = new Map<string, number>();
  return fields
    .map((field): [FormField, number] => {
      const turn = counts.get(field[0]) ?? 0;
      counts.set(field[0], turn + 1);
      return [field, turn];
    })
    .toSorted(([, a], [, b]) => a - b)
    .map(([field]) => field);
}

type Encode = (text: string) => string;

const browser: Encode = (text) => new URLSearchParams([["", text]]).toString().slice(1);
const strict: Encode = (text) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
const plus: Encode = (text) => strict(text).replaceAll("%20", "+");
/** Python leaves `~` as it is, PHP's urlencode does not. */
const php: Encode = (text) => plus(text).replaceAll("~", "%7E");
const lowerHex =
  (encode: Encode): Encode =>
  (text) =>
    encode(text).replace(/%../g, (escape) => escape.toLowerCase());

/** The ways in which browsers, JavaScript, PHP and Python encode a form. */
function* encodings(fields: readonly FormField[]): Generator<{ signed: string; how: string }> {
  if (fields.length === 0) return;
  const joined = (encode: Encode): string =>
    fields.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");

  yield { signed: joined(browser), how: "encoded as browsers do" };
  yield { signed: joined(encodeURIComponent), how: "encoded by encodeURIComponent" };
  yield { signed: joined(plus), how: "encoded as Python does" };
  yield { signed: joined(strict), how: "encoded as RFC 3986 says" };
  yield { signed: joined(php), how: "encoded as PHP does" };
  yield { signed: joined(lowerHex(plus)), how: "encoded with lower-case hex" };
  yield { signed: joined(lowerHex(encodeURIComponent)), how: "encoded with lower-case hex" };
}

function decodedAsOne(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
