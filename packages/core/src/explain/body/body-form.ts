import { concat, utf8 } from "../../base/bytes.ts";
import { percentDecoded } from "../decoding.ts";
import { quoted } from "../finding.ts";
import type { BodyVariant } from "./body-variant.ts";
import { encodings, valueEncodings } from "./form-encodings.ts";
import { fieldsIn, nestedRecord } from "./form-fields.ts";
import type { ReceivedBody } from "./received-body.ts";

/** Of so many fields each is tried alone. */
const MAX_SINGLE_FIELDS = 20;

/** Fields in which providers send JSON in a form. */
const FIELDS = ["payload", "body", "data", "json"];

/** Without it a form is taken for JSON. */
export const PASS_CONTENT_TYPE = "Pass the content-type header on.";

const variant = (
  content: BodyVariant["content"],
  evidence: string,
  remedy?: string,
): BodyVariant => ({
  code: "body_form_encoding",
  content,
  evidence,
  ...(remedy !== undefined && { remedy }),
});

/** Tells whether a text is written as a form is. */
export function isFormText(text: string): boolean {
  return /^[^\s={}[\]"][^\s={}"]*=\S*$/.test(text);
}

/** Undoes that a form was decoded, or that it was encoded again in another way. */
export function* formBodies(body: ReceivedBody): Generator<BodyVariant> {
  const { text, value } = body;
  if (text === undefined) return;
  if (isFormText(text)) yield* otherForms(text);
  else {
    yield* formsOfField(text);
    if (typeof value === "string") yield* formsOfField(value);
    if (typeof value === "object" && value !== null) yield* formsOfRecord(value);
    yield variant(encodeURIComponent(text), "The signature fits the body percent-encoded.");
  }
}

/** Writes a body that is a form in other ways. */
function* otherForms(text: string): Generator<BodyVariant> {
  const fields = [...new URLSearchParams(text.replace(/^\?/, "%3F"))];
  for (const [name, value] of fields.slice(0, MAX_SINGLE_FIELDS)) {
    yield variant(
      value,
      `The body is a form, and the signature fits the decoded value of its field ${shown(name)}.`,
      `${PASS_CONTENT_TYPE} If the definition does not say so yet, it needs body.formField: { name, signed: "decoded" }.`,
    );
  }
  for (const written of [fields, ...fieldsIn(nestedRecord(fields))]) {
    for (const { signed, how } of encodings(written)) {
      yield variant(
        signed,
        `The signature fits the same form, ${how}: it was parsed and encoded again.`,
      );
    }
  }
  const pieces = text.split("&", MAX_SINGLE_FIELDS + 1);
  for (const [place, piece] of pieces.length <= MAX_SINGLE_FIELDS ? pieces.entries() : []) {
    const signed = pieces.filter((_, index) => index !== place).join("&");
    const name = piece.split("=", 1)[0] ?? "";
    yield variant(
      signed,
      `The signature fits the form without its field ${shown(name)}, which was added on the way.`,
    );
  }
  const decoded = percentDecoded(text.replaceAll("+", " "));
  if (decoded !== undefined) {
    yield variant(decoded, "The signature fits the body with its percent-encoding undone.");
  }
}

function shown(name: string): string {
  return quoted(name.slice(0, 40));
}

/** Makes forms of a body that is the value of a field. */
function* formsOfField(value: string): Generator<BodyVariant> {
  for (const { signed } of valueEncodings(utf8(value))) {
    for (const name of FIELDS) {
      yield variant(
        concat([utf8(`${name}=`), signed]),
        `The signature fits the form whose field "${name}" the body is: it was decoded on the way.`,
      );
    }
  }
}

/** Makes forms of a body that is the record that a form was parsed into. */
function* formsOfRecord(record: object): Generator<BodyVariant> {
  for (const fields of fieldsIn(record)) {
    for (const { signed } of encodings(fields)) {
      yield variant(signed, "The signature fits the form that the body was parsed from.");
    }
  }
  for (const [name, value] of Object.entries(record) as [string, unknown][]) {
    if (!FIELDS.includes(name) || typeof value !== "string") continue;
    yield variant(
      value,
      `The body is what a form was parsed into, and the signature fits its field "${name}".`,
    );
  }
}
