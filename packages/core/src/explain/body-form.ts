import { decodeUtf8, utf8 } from "../bytes.ts";
import { decodeForm } from "../form.ts";
import { type BodyVariant, KEEP_THE_BYTES } from "./body-variant.ts";
import { quoted } from "./finding.ts";

const MAX_FIELDS = 20;

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
  const text = textOf(body);
  if (text === undefined) return;
  if (isFormText(text)) {
    const fields = fieldsOf(body);
    for (const [name, value] of fields) {
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
    yield variant(
      decodedAsOne(text),
      "The signature fits the body with its percent-encoding undone.",
    );
    return;
  }

  for (const name of FIELDS) {
    for (const { signed } of encodings([[name, text]])) {
      yield variant(
        signed,
        `The signature fits the form whose field "${name}" the body is: it was decoded on the way.`,
      );
    }
  }
  const parsed = fieldsInJson(text);
  for (const { signed } of encodings(parsed)) {
    yield variant(signed, "The signature fits the form that the body was parsed from.");
  }
  for (const [name, value] of parsed) {
    if (!FIELDS.includes(name)) continue;
    yield variant(
      value,
      `The body is what a form was parsed into, and the signature fits its field "${name}".`,
    );
  }
  yield variant(encodeURIComponent(text), "The signature fits the body percent-encoded.");
}

/** Whether a text is written as a form is. */
export function isFormText(text: string): boolean {
  return /^[^\s={}[\]"]+=\S*$/.test(text);
}

type FormField = readonly [name: string, value: string];

function textOf(body: Uint8Array): string | undefined {
  try {
    return decodeUtf8(body);
  } catch {
    return undefined;
  }
}

function fieldsOf(body: Uint8Array): FormField[] {
  try {
    return flattened(decodeForm(body));
  } catch {
    return [];
  }
}

function fieldsInJson(text: string): FormField[] {
  if (!text.trimStart().startsWith("{")) return [];
  try {
    return flattened(JSON.parse(text) as object);
  } catch {
    return [];
  }
}

function flattened(record: object): FormField[] {
  return Object.entries(record)
    .flatMap(([name, value]: [string, unknown]) =>
      (Array.isArray(value) ? (value as unknown[]) : [value]).map((one): [string, unknown] => [
        name,
        one,
      ]),
    )
    .filter((field): field is [string, string] => typeof field[1] === "string")
    .slice(0, MAX_FIELDS);
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
