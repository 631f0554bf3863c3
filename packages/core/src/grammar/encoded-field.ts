import { formField, isFormBody } from "../delivery/form.ts";
import { readAs, readJson } from "../scheme/parse-body.ts";
import type { Grammar } from "../scheme/scheme.ts";

/** JSON, which may also come as the field of a form that is signed as sent. */
export const encodedField: Required<Pick<Grammar, "parseBody">> = {
  parseBody({ name, body }, headers, verified) {
    const field = body?.formField;
    if (field === undefined || !isFormBody(headers, verified)) return readJson(name, verified);
    return readAs(
      `a form with one field "${field.name}" of JSON`,
      name,
      verified,
      (form) => JSON.parse(formField(form, field.name) ?? "") as unknown,
    );
  },
};
