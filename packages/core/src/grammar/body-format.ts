import { decodeUtf8 } from "../base/bytes.ts";
import { decodeForm, formField, isFormBody } from "../delivery/form.ts";
import { readAs, readJson } from "../scheme/parse-body.ts";
import type { Grammar } from "../scheme/scheme.ts";
import { encodedField } from "./encoded-field.ts";

/** Bodies that are, or may be, something else than JSON, or missing. */
export const bodyFormat: Required<Pick<Grammar, "parseBody">> = {
  parseBody(definition, headers, verified) {
    const { name, body } = definition;
    const { format, formField: field, optional } = body ?? {};
    if (optional && verified.length === 0) return undefined;
    if (format === "bytes") return verified;
    if (format === "text") return readAs("text", name, verified, decodeUtf8);
    if (format === "form") return readAs("a form", name, verified, decodeForm);
    // Where its decoded value is signed, the field is what was verified.
    if (field?.signed === "decoded") return readJson(name, verified);
    if (format !== "auto" || !isFormBody(headers, verified)) {
      return encodedField.parseBody(definition, headers, verified);
    }
    return readAs("a form", name, verified, (form) => {
      const value = field && formField(form, field.name);
      return value === undefined ? decodeForm(form) : (JSON.parse(value) as unknown);
    });
  },
};
